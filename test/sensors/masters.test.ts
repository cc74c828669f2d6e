import {afterEach, beforeEach, expect, test} from 'vitest';
import {masterOf, mastersAmong, type FoundMaster} from '../../source/sensors/masters.js';
import {byParent, listProcesses, listProcessesFromProc} from '../../source/sensors/processes.js';
import {parseTarget, resolveTarget} from '../../source/sensors/targets.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
  proc.write('self/stat', '');
});
afterEach(() => proc.dispose());

const gunicorn = ['/venv/bin/python3', '/venv/bin/gunicorn', 'shop.wsgi:app'];

function addMaster(
  pid: number,
  workers: readonly number[],
  more: {parentPid?: number; argv?: readonly string[]; cgroup?: string} = {},
): void {
  const files = workers.map((worker) => proc.heartbeat(`w${String(worker).padStart(7, '0')}`));
  const argv = more.argv ?? gunicorn;
  proc.add({
    pid,
    children: workers,
    argv,
    descriptors: Object.fromEntries(files.map((file, index) => [index + 4, file])),
    ...more,
  });
  for (const [index, worker] of workers.entries()) {
    proc.add({pid: worker, parentPid: pid, argv, descriptors: {[index + 4]: files[index] ?? ''}});
  }
}

function found(): readonly FoundMaster[] {
  return mastersAmong(listProcessesFromProc(proc.root), proc.root);
}

test('a program of any name that shares heartbeat files with its children is a master', () => {
  addMaster(800, [801, 802], {argv: ['/opt/shop/serve']});
  proc.add({pid: 900, argv: ['/usr/bin/uvicorn'], children: [901]});
  proc.add({pid: 901, parentPid: 900, argv: ['/usr/bin/uvicorn']});

  expect(found()).toMatchObject([
    {id: {pid: 800, startTicks: 80_000}, role: 'master', recognisedBy: 'heartbeat-file', workers: [801, 802]},
  ]);
  expect(masterOf(802, proc.root)?.id.pid).toBe(800);
  expect(masterOf(901, proc.root)).toBeUndefined();
});

test('a nested master is a successor when its environment says so, and a dirty arbiter by its title', () => {
  addMaster(800, [801]);
  addMaster(850, [851], {parentPid: 800});
  proc.write('850/environ', 'GUNICORN_PID=800\0');
  addMaster(870, [871], {parentPid: 800, argv: ['gunicorn: dirty-arbiter']});

  expect(found().map(({id, role}) => [id.pid, role])).toEqual([
    [800, 'master'],
    [850, 'successor'],
    [870, 'dirty-arbiter'],
  ]);
});

test('a forked child that shares its own file with children of its own is no master', () => {
  addMaster(800, [801]);
  proc.add({pid: 805, parentPid: 801, argv: gunicorn, descriptors: {4: `${proc.folder}/wgunicorn-w0000801 (deleted)`}});

  expect(found().map(({id, workers}) => [id.pid, workers])).toEqual([[800, [801]]]);
});

test('a command line is believed where no worker lives, and a shell around it is not', () => {
  proc.add({pid: 700, argv: ['sh', '-c', 'gunicorn shop.wsgi:app'], children: [800]});
  proc.add({pid: 800, parentPid: 700, argv: gunicorn});
  proc.add({pid: 810, argv: ['vim', 'gunicorn.conf.py']});
  proc.add({pid: 820, argv: ['gunicorn: master [blog:app]']});
  proc.add({pid: 830, argv: ['gunicorn: worker [blog:app]']});

  expect(found()).toMatchObject([
    {id: {pid: 800}, recognisedBy: 'command-line', workers: [], app: 'shop.wsgi:app'},
    {id: {pid: 820}, recognisedBy: 'title', workers: [], app: 'blog:app'},
  ]);
});

test('a secret on the command line is not in what is shown of it', () => {
  proc.add({pid: 800, argv: [...gunicorn, '--env', 'API_TOKEN=hush']});

  expect(JSON.stringify(found())).not.toContain('hush');
});

test('processes that vanish, or are garbage, do not stop the search', () => {
  addMaster(800, [801]);
  const listed = [
    ...listProcessesFromProc(proc.root),
    {pid: 4000, parentPid: 1, name: 'ghost', commandLine: 'gunicorn ghost:app'},
    {pid: 4001, parentPid: 4000, name: 'ghost', commandLine: 'gunicorn ghost:app'},
  ];
  proc.add({pid: 810, argv: gunicorn});
  proc.write('810/stat', 'not a stat line');

  expect(mastersAmong(listed, proc.root).map(({id}) => id.pid)).toEqual([800]);
});

test('a unit names every master in its control group, and a name may be a unit', async () => {
  addMaster(800, [801], {cgroup: '0::/system.slice/shop.service\n'});
  addMaster(850, [851], {
    cgroup: '0::/system.slice/shop.service/payload\n',
    argv: ['/venv/bin/python3', '/venv/bin/gunicorn', 'blog:app'],
  });
  addMaster(870, [871], {cgroup: '0::/system.slice/myshop.service\n'});
  const list = async () => listProcessesFromProc(proc.root);
  const resolve = (text: string) => resolveTarget(parseTarget(text), {root: proc.root, list});

  const pids = async (text: string): Promise<readonly number[]> => {
    const resolved = await resolve(text);
    return resolved.kind === 'found' || resolved.kind === 'ambiguous' ? resolved.masters.map(({id}) => id.pid) : [];
  };
  expect(await pids('shop.service')).toEqual([800, 850]);
  expect(await pids('myshop.service')).toEqual([870]);
  expect(await pids('myshop')).toEqual([870]);
  expect(await pids('BLOG')).toEqual([850]);
});

test('a successor does not make its master ambiguous, and is found by its own pid', async () => {
  addMaster(800, [801]);
  addMaster(850, [851], {parentPid: 800});
  proc.write('850/environ', 'GUNICORN_PID=800\0');
  const list = async () => listProcessesFromProc(proc.root);
  const resolve = (text: string) => resolveTarget(parseTarget(text), {root: proc.root, list});

  expect(await resolve('')).toMatchObject({kind: 'found', masters: [{id: {pid: 800}}]});
  expect(await resolve('850')).toMatchObject({kind: 'found', masters: [{id: {pid: 850}, role: 'successor'}]});
  expect(await resolve('851')).toMatchObject({kind: 'found', masters: [{id: {pid: 850}}]});
});

test('a pidfile of a container holds the pid that its own namespace knows', async () => {
  addMaster(800, [801]);
  proc.write('800/status', 'Uid:\t1000\t1000\t1000\t1000\nNSpid:\t800\t7\n');
  proc.write('pidfile', '7\n');
  const list = async () => listProcessesFromProc(proc.root);

  const resolved = await resolveTarget(parseTarget(`${proc.root}/pidfile`), {root: proc.root, list});

  expect(resolved).toMatchObject({kind: 'found', masters: [{id: {pid: 800}}]});
});

test('where ps fails, is missing or hangs, procfs is listed itself', async () => {
  proc.add({pid: 800, parentPid: 1, name: 'a) b', argv: ['gunicorn', 'x']});
  const expected = [{pid: 800, parentPid: 1, name: 'a) b', commandLine: 'gunicorn x'}];

  for (const ps of [
    () => Promise.reject(new Error('spawn ps ENOENT')),
    () => Promise.resolve([]),
    () => new Promise<never>(() => {}),
  ]) {
    expect(await listProcesses({root: proc.root, ps, patienceMs: 20})).toEqual(expected);
  }
});

test('rows of ps become our own type', async () => {
  const started = new Date('2026-11-22T10:00:00Z');
  const ps = async () => [
    {pid: 5, ppid: 1, name: 'gunicorn', cmd: 'gunicorn app', uid: 0, startTime: started},
    {pid: 0, ppid: 0, name: 'nothing'},
  ];

  expect(await listProcesses({ps})).toEqual([
    {pid: 5, parentPid: 1, name: 'gunicorn', commandLine: 'gunicorn app', uid: 0, startedWallMs: started.getTime()},
  ]);
});

test('children are grouped by their parent', () => {
  const rows = [2, 3, 4].map((pid) => ({pid, parentPid: pid === 4 ? 2 : 1, name: '', commandLine: ''}));

  expect([...byParent(rows)].map(([parent, children]) => [parent, children.map(({pid}) => pid)])).toEqual([
    [1, [2, 3]],
    [2, [4]],
  ]);
});
