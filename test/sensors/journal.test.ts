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
import {entryAfter} from '../../source/sensors/journal-entries.js';
import {isJournalClosed} from '../../source/sensors/journal-files.js';
import {openJournal, whomToAsk, type Journal, type JournalOptions} from '../../source/sensors/journal.js';
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

function open(
  more: {readonly stderr?: string; readonly cgroup?: string} = {},
  options: Partial<JournalOptions> = {},
): Journal {
  const {stderr = 'socket:[77]', cgroup = shopUnit} = more;
  proc.add({pid: 812, cgroup, descriptors: {2: stderr}});
  journal = openJournal({pid: 812, startTicks: 1}, {root: proc.root, at: moment(0), isClosed: () => false, ...options});
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

test('an entry of bytes is read as text, and what is too long, known already or no entry is left out', () => {
  const line = '[2026-11-22 14:00:01 +0000] [812] [INFO] Hang up: Master';
  const beforeUs = startWallMs * 1000;
  const bytes = entryAfter(beforeUs, entry([...Buffer.from(line)]));

  expect((JSON.parse(bytes?.line ?? '{}') as {MESSAGE: string}).MESSAGE).toBe(line);
  expect(entryAfter(beforeUs, entry(line))).toEqual({line: entry(line), atUs: beforeUs + 1_000_000});
  expect(entryAfter(beforeUs, entry(line, 0))).toBeUndefined();
  expect(entryAfter(beforeUs, entry(null))).toBeUndefined();
  expect(entryAfter(beforeUs, entry([1, 1.5]))).toBeUndefined();
  expect(entryAfter(beforeUs, '-- Logs begin at …')).toBeUndefined();
});

test('the next master is read on from where the one before it was, so that what was logged in between is not lost', async () => {
  putJournalctl(follows());
  const before = open();
  await waitFor('journalctl', 5000, () => existsSync(join(folder, 'entries')));
  appendFileSync(join(folder, 'entries'), `${entry('[2026-11-22 14:00:01 +0000] [812] [INFO] Hang up: Master')}\n`);
  await observed(before, 1);
  const readUntilUs = before.readUntilUs();
  before.close();
  appendFileSync(
    join(folder, 'entries'),
    `${entry('[2026-11-22 14:00:02 +0000] [812] [INFO] Shutting down: Master', 2)}\n`,
  );

  const events = (await observed(open({}, {readUntilUs, at: moment(60)}), 1)).flatMap((one) =>
    one.kind === 'log' ? [one.event.event] : [],
  );

  expect(readUntilUs).toBe((startWallMs + 1000) * 1000);
  expect(events).toEqual(['shutting-down']);
  expect(readFileSync(join(folder, 'called'), 'utf8')).toContain(`--since=@${(startWallMs + 1000) / 1000}.000000`);
});

test('a journal that may not be read says so, and what would unlock it', async () => {
  putJournalctl('echo "No journal files were opened due to insufficient permissions." >&2; exit 1');
  const reading = open();
  await waitFor('its end', 5000, () => !reading.isRead());

  expect(reading.state()).toMatchObject({state: 'denied', unlock: expect.stringContaining('systemd-journal')});
});

test('a journal whose files are closed is not asked, and says what would unlock it', () => {
  putJournalctl(`touch ${folder}/called`);

  expect(open({}, {isClosed: () => true}).state()).toMatchObject({
    state: 'denied',
    unlock: expect.stringContaining('systemd-journal'),
  });
  expect(existsSync(join(folder, 'called'))).toBe(false);
});

test('the journal is closed where its file is refused, and open where it is not there or one of it is readable', () => {
  const [disk, memory] = [join(folder, 'disk'), join(folder, 'memory')];
  mkdirSync(join(disk, '2480f294b4e24fb8bc8bc8d1aab78e90'), {recursive: true});
  mkdirSync(join(memory, '2480f294b4e24fb8bc8bc8d1aab78e90'), {recursive: true});
  const answers = (of: Readonly<Record<string, string>>) => (file: string) => {
    const code = of[file.startsWith(disk) ? 'disk' : 'memory'];
    if (code !== undefined) throw Object.assign(new Error(code), {code});
  };

  expect(isJournalClosed([disk, memory], answers({disk: 'EACCES', memory: 'ENOENT'}))).toBe(true);
  expect(isJournalClosed([disk, memory], answers({disk: 'ENOENT', memory: 'EACCES'}))).toBe(true);
  expect(isJournalClosed([disk, memory], answers({disk: 'ENOENT', memory: 'ENOENT'}))).toBe(false);
  expect(isJournalClosed([disk, memory], answers({disk: 'EACCES'}))).toBe(false);
  expect(isJournalClosed([join(folder, 'no-such-folder')])).toBe(false);
});

test('where a master of another user logs is found out by asking for its unit', () => {
  const denied = {kind: 'denied', by: 'file mode (another user)'} as const;

  expect(whomToAsk(denied, shopUnit, () => false)).toEqual({unit: 'shop.service', isOfUser: false, isSure: false});
  expect(whomToAsk(denied, shopUnit, () => true)).toMatchObject({state: 'denied'});
  expect(whomToAsk(denied, '0::/init.scope\n', () => false)).toMatchObject({state: 'unsupported'});
  expect(whomToAsk({kind: 'gone'}, '', () => false)).toMatchObject({state: 'failed'});
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

test('an entry of systemd 252 on Debian 12 is read to the millisecond', async () => {
  putJournalctl(follows());
  const reading = open({}, {readUntilUs: 1_796_069_672_000_000});
  await waitFor('journalctl', 5000, () => existsSync(join(folder, 'entries')));
  appendFileSync(join(folder, 'entries'), `${entryOfDebian12}\n`);

  const [observation] = await observed(reading, 1);

  expect(observation).toMatchObject({
    kind: 'log',
    event: {event: 'booting', pid: 391, emitterPid: 391, wallMs: 1_796_069_672_970},
  });
});

const entryOfDebian12 =
  '{"_SYSTEMD_INVOCATION_ID":"95e74e384691418ebaca18f6fc3ad177","_SELINUX_CONTEXT":"unconfined\\n","_RUNTIME_SCOPE":"system","_BOOT_ID":"7c734dad3da4463eaa7fab6ea4ebc87c","_GID":"33","_TRANSPORT":"stdout","_SYSTEMD_UNIT":"shop.service","_UID":"33","_COMM":"gunicorn","SYSLOG_IDENTIFIER":"gunicorn","PRIORITY":"6","_HOSTNAME":"vm","__MONOTONIC_TIMESTAMP":"44340304","_EXE":"/usr/bin/python3.11","_SYSTEMD_SLICE":"system.slice","__REALTIME_TIMESTAMP":"1796069672970948","_STREAM_ID":"06991f61f76b486687112587922dad6d","_PID":"391","__CURSOR":"s=4a6d96a1c753458b872e2ef3201a9fa2;i=275","SYSLOG_FACILITY":"3","_CAP_EFFECTIVE":"0","_SYSTEMD_CGROUP":"/system.slice/shop.service","MESSAGE":"[2026-11-30 20:14:32 +0000] [391] [INFO] Booting worker with pid: 391"}';
