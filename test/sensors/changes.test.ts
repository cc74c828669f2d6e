import {chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {ChangesObserved, Observation} from '../../source/observation.js';
import {openChanges} from '../../source/sensors/changes.js';
import {newestFiles} from '../../source/sensors/newest-files.js';
import {isUserUnit, parseShownUnit, unitOf} from '../../source/sensors/service-unit.js';
import type {SideSource} from '../../source/sensors/side-source.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';
import {logged, moment} from '../helpers/observations.js';
import {waitFor} from '../helpers/fault-wait.js';

let proc: FakeProc;
let folder: string;
const path = process.env['PATH'];
beforeEach(() => {
  proc = makeFakeProc();
  folder = mkdtempSync(join(tmpdir(), 'gunspect-changes-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  proc.dispose();
  rmSync(folder, {recursive: true, force: true});
});

function write(name: string, text = 'secret = "hunter2"'): void {
  mkdirSync(join(folder, name, '..'), {recursive: true});
  writeFileSync(join(folder, name), text);
}

const look = async (options = {}) => newestFiles(folder, {signal: new AbortController().signal, ...options});

test('files that a boot depends on are found, and what is installed, hidden, generated or no such file is not', async () => {
  for (const name of ['shop/models.py', 'requirements.txt', '.env', 'shop/settings.toml', 'gunicorn.conf.py'])
    write(name);
  for (const name of [
    'venv/lib/thing.py',
    'own-env/pyvenv.cfg',
    'own-env/thing.py',
    'node_modules/x/index.py',
    '.git/config.py',
    'shop/__pycache__/models.py',
    'lib/python3.11/site-packages/stripe.py',
    'access.log',
    'shop.sqlite3',
  ])
    write(name);

  const {files, complete} = await look();

  expect(files.map(({name, what}) => `${what} ${name}`).toSorted()).toEqual([
    'application shop/models.py',
    'config .env',
    'config gunicorn.conf.py',
    'config requirements.txt',
    'config shop/settings.toml',
  ]);
  expect(complete).toBe(true);
  expect(JSON.stringify(files)).not.toContain('hunter2');
});

test('a link is not followed, and a name with an escape sequence is shown without it', async () => {
  write('elsewhere/hidden.py');
  mkdirSync(join(folder, 'app'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'app/link'));
  writeFileSync(join(folder, 'app', 'a\u001B[31m.py'), '');

  const {files} = await newestFiles(join(folder, 'app'), {signal: new AbortController().signal});

  expect(files.map(({name}) => name)).toEqual(['a.py']);
});

test('a folder that is too large is looked through in part, from the top, and said to be', async () => {
  for (let index = 0; index < 30; index++) write(`deep/er/file${index}.py`);
  write('top.py');

  const {files, complete} = await look({mostEntries: 10});

  expect(complete).toBe(false);
  expect(files.map(({name}) => name)).toContain('top.py');
});

test('an aborted look ends, and a folder that is not there is empty', async () => {
  write('shop.py');

  expect(await look({signal: AbortSignal.abort()})).toMatchObject({files: [], complete: false});
  expect((await newestFiles(join(folder, 'gone'), {signal: new AbortController().signal})).files).toEqual([]);
});

/** The master 800, which stands in the folder. */
function open(more: {readonly cgroup?: string; readonly packages?: string} = {}): SideSource {
  proc.add({pid: 800, ...(more.cgroup !== undefined && {cgroup: more.cgroup})});
  symlinkSync(folder, join(proc.root, '800/cwd'));
  symlinkSync('/', join(proc.root, '800/root'));
  return openChanges({pid: 800, startTicks: 1}, {root: proc.root, at: moment(0), packages: more.packages});
}

/** Ticks of a second each, beginning so many seconds after the attach, until it has found something. */
async function found(
  source: SideSource,
  fromSeconds: number,
  seen: readonly Observation[] = [],
): Promise<ChangesObserved> {
  let seconds = fromSeconds;
  source.take(moment(seconds), seen);
  return waitFor('what changed', 5000, () => {
    seconds += 0.01;
    return source.take(moment(seconds), []).find(isWholeLook);
  });
}

function isWholeLook(observation: Observation): observation is ChangesObserved {
  return observation.kind === 'changes' && observation.complete;
}

const failedBoot = logged(moment(60), '[2026-11-22 14:01:00 +0000] [9104] [ERROR] Exception in worker process', 'x');

test('it looks once after the attach, and at once when a boot failed, also when the master has gone', async () => {
  write('shop.py');
  write('payments.py');
  write('packages/stripe-5.0.0.dist-info/METADATA');
  const source = open({packages: join(folder, 'packages')});

  expect(source.take(moment(0.25), [])).toEqual([]);
  const first = await found(source, 2);
  renameSync(join(folder, 'payments.py'), join(folder, 'payments.txt'));
  write('shop.py', 'changed');
  proc.remove(800);
  const second = await found(source, 60, failedBoot);
  source.close();

  expect(first).toMatchObject({id: {pid: 800}, removed: [], complete: true});
  expect(first.files.map(({what, name}) => `${what} ${name}`)).toContain('package stripe 5.0.0');
  expect(second.removed).toEqual(['payments.py']);
  expect(second.files[0]).toMatchObject({what: 'application', name: 'shop.py'});
  expect(second.files[0]!.changedWallMs).toBeGreaterThanOrEqual(first.files.at(-1)!.changedWallMs);
});

test('a boot loop is not answered with one look after another', async () => {
  write('shop.py');
  const source = open();
  await found(source, 60, failedBoot);

  expect(source.take(moment(61), failedBoot)).toEqual([]);
  expect(source.take(moment(62), [])).toEqual([]);
  const next = await found(source, 66);
  source.close();

  expect(next.files.map(({name}) => name)).toEqual(['shop.py']);
});

test('a working directory that cannot be read is said to be the reason', () => {
  proc.add({pid: 800});
  const source = openChanges({pid: 800, startTicks: 1}, {root: proc.root, at: moment(0)});

  expect(source.state()).toEqual({id: 'changes', state: 'failed', why: 'the process is gone'});
  source.close();
});

const shopUnit = '0::/system.slice/shop.service\n';
const shown = [
  'NRestarts=4',
  'InvocationID=6c1f2f0fd7a14c6f9f3c5ee3a2ed0a2b',
  'Result=exit-code',
  'OOMPolicy=stop',
].join('\n');

function putSystemctl(script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, {recursive: true});
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'systemctl'), 0o755);
  process.env['PATH'] = `${bin}:${path}`;
}

test('systemd is asked about the unit of the control group, and about nothing where there is none', async () => {
  write('shop.service', '[Service]');
  putSystemctl(`echo "$@" >> ${folder}/asked; printf '%s\\nFragmentPath=${folder}/shop.service\\n' '${shown}'`);
  const source = open({cgroup: shopUnit});
  const {unit, files} = await found(source, 2);
  source.close();

  expect(unit).toEqual({
    name: 'shop.service',
    restarts: 4,
    invocationId: '6c1f2f0fd7a14c6f9f3c5ee3a2ed0a2b',
    result: 'exit-code',
    oomPolicy: 'stop',
  });
  expect(files).toContainEqual(expect.objectContaining({what: 'unit', name: `${folder}/shop.service`}));

  proc.remove(800);
  const alone = open();
  expect((await found(alone, 2)).unit).toBeUndefined();
  alone.close();
});

test('what the unit says is told before a large folder is looked through', async () => {
  write('shop.py');
  putSystemctl(`printf '%s\\n' '${shown}'`);
  const source = open({cgroup: shopUnit});
  source.take(moment(2), []);
  const first = await waitFor('the unit', 5000, () =>
    source.take(moment(2.1), []).find((observation) => observation.kind === 'changes'),
  );
  source.close();

  expect(first).toMatchObject({complete: false, files: [], unit: {name: 'shop.service', oomPolicy: 'stop'}});
});

test('a systemd that fails or is not there leaves everything else as it is', async () => {
  write('shop.py');
  putSystemctl('echo "System has not been booted with systemd as init system" >&2; exit 1');
  const source = open({cgroup: shopUnit});
  const {unit, files} = await found(source, 2);
  source.close();

  expect(unit).toBeUndefined();
  expect(files.map(({name}) => name)).toContain('shop.py');
});

test('what systemctl prints is read by its names, whatever else is in it', () => {
  expect(parseShownUnit('shop.service', 'NRestarts=many\nOOMPolicy=\nnonsense\nResult=a\u001B[2Jb\n')).toEqual({
    unit: {name: 'shop.service', result: 'ab'},
    files: [],
  });
  expect(unitOf(shopUnit)).toBe('shop.service');
  expect(isUserUnit('0::/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service\n')).toBe(true);
  expect(isUserUnit(shopUnit)).toBe(false);
});
