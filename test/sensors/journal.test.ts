import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {Observation} from '../../source/observation.js';
import {entryLine, openJournal, type Journal} from '../../source/sensors/journal.js';
import {waitFor} from '../helpers/fault-wait.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';
import {moment, startWallMs} from '../helpers/observations.js';

// There is no journal on every machine: a program of that name speaks its format, as journalctl(1) and
// systemd.journal-fields(7) describe it.

let proc: FakeProc;
let folder: string;
let journal: Journal | undefined;
const path = process.env['PATH'];
beforeEach(() => {
  proc = makeFakeProc();
  folder = mkdtempSync(join(tmpdir(), 'gunspect-journal-'));
});
afterEach(() => {
  journal?.close();
  process.env['PATH'] = path;
  proc.dispose();
  rmSync(folder, {recursive: true, force: true});
});

const shopUnit = '0::/system.slice/shop.service\n';

function putJournalctl(script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, {recursive: true});
  writeFileSync(join(bin, 'journalctl'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'journalctl'), 0o755);
  process.env['PATH'] = `${bin}:${path}`;
}

/** Follows the file `entries`, and notes how it was called and its pid. */
const follows = (): string =>
  `echo "$@" > ${folder}/called; echo $$ > ${folder}/pid; touch ${folder}/entries; exec tail -n +1 -f ${folder}/entries`;

function entry(message: string | readonly number[] | null, secondsAfter = 1, pid = 9101): string {
  return JSON.stringify({
    __CURSOR: 's=5f1',
    __REALTIME_TIMESTAMP: String((startWallMs + secondsAfter * 1000) * 1000),
    _PID: String(pid),
    _SYSTEMD_UNIT: 'shop.service',
    _TRANSPORT: 'stdout',
    PRIORITY: '6',
    MESSAGE: message,
  });
}

function open(more: {readonly stderr?: string; readonly cgroup?: string} = {}): Journal {
  const {stderr = 'socket:[77]', cgroup = shopUnit} = more;
  proc.add({pid: 812, cgroup, descriptors: {2: stderr}});
  journal = openJournal({pid: 812, startTicks: 1}, {root: proc.root, at: moment(0)});
  return journal;
}

async function observed(of: Journal, count: number): Promise<readonly Observation[]> {
  const all: Observation[] = [];
  return waitFor(`${count} observations`, 5000, () => {
    all.push(...of.take(moment(2), []));
    return all.length >= count ? all : undefined;
  });
}

test('the entries of the unit are read as the log, tracebacks and all', async () => {
  putJournalctl(follows());
  const reading = open();
  await waitFor('journalctl', 5000, () => existsSync(join(folder, 'entries')));
  const lines = [
    '[2026-11-22 14:00:01 +0000] [9104] [ERROR] Exception in worker process',
    'Traceback (most recent call last):',
    '  File "/srv/shop/shop.py", line 3, in <module>',
    '    import stripe',
    "ModuleNotFoundError: No module named 'stripe'",
    '[2026-11-22 14:00:01 +0000] [9104] [INFO] Worker exiting (pid: 9104)',
  ];
  appendFileSync(join(folder, 'entries'), lines.map((line) => `${entry(line)}\n`).join(''));

  const events = (await observed(reading, 2)).flatMap((one) => (one.kind === 'log' ? [one.event] : []));

  expect(events.map(({event}) => event)).toEqual(['exception-in-worker', 'worker-exiting']);
  expect(events[0]?.traceback).toMatchObject({exception: 'ModuleNotFoundError'});
  expect(reading.isRead()).toBe(true);
  expect(readFileSync(join(folder, 'called'), 'utf8')).toContain('--output=json --follow');
  expect(readFileSync(join(folder, 'called'), 'utf8')).toContain('_SYSTEMD_UNIT=shop.service');
});

test('the program is ended when the source is closed', async () => {
  putJournalctl(follows());
  const reading = open();
  const pid = await waitFor(
    'journalctl',
    5000,
    () => existsSync(join(folder, 'entries')) && Number(readFileSync(join(folder, 'pid'), 'utf8')),
  );

  reading.close();

  await waitFor('its end', 5000, () => !existsSync(`/proc/${pid}`));
  expect(reading.state()).toEqual({id: 'journal', state: 'ok'});
});

test('an entry of bytes is read as text, and what is too long, too old or no entry is left out', () => {
  const line = '[2026-11-22 14:00:01 +0000] [812] [INFO] Hang up: Master';
  const bytes = entryLine(entry([...Buffer.from(line)]), startWallMs);

  expect((JSON.parse(bytes ?? '{}') as {MESSAGE: string}).MESSAGE).toBe(line);
  expect(entryLine(entry(line), startWallMs)).toBe(entry(line));
  expect(entryLine(entry(line, -1), startWallMs)).toBeUndefined();
  expect(entryLine(entry(null), startWallMs)).toBeUndefined();
  expect(entryLine(entry([1, 1.5]), startWallMs)).toBeUndefined();
  expect(entryLine('-- Logs begin at …', startWallMs)).toBeUndefined();
});

test('a journal that may not be read says so, and what would unlock it', async () => {
  putJournalctl('echo "No journal files were opened due to insufficient permissions." >&2; exit 1');
  const reading = open();
  await waitFor('its end', 5000, () => !reading.isRead());

  expect(reading.state()).toMatchObject({state: 'denied', unlock: expect.stringContaining('systemd-journal')});
});

test('a machine without journalctl says so', async () => {
  process.env['PATH'] = folder;
  const reading = open();
  await waitFor('the failure', 5000, () => !reading.isRead());

  expect(reading.state()).toEqual({id: 'journal', state: 'unsupported', why: 'there is no journalctl on this machine'});
});

test('nothing is started for a master that logs elsewhere, or is in no unit', () => {
  putJournalctl(`touch ${folder}/called`);

  expect(open({stderr: '/dev/pts/1'}).state()).toMatchObject({state: 'unsupported'});
  expect(open({cgroup: '0::/init.scope\n'}).state()).toMatchObject({state: 'unsupported'});
  expect(existsSync(join(folder, 'called'))).toBe(false);
});
