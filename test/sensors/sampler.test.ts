import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {Moment, Sample} from '../../source/observation.js';
import {openExits} from '../../source/sensors/exits.js';
import type {FoundMaster} from '../../source/sensors/masters.js';
import {openPortableSampler} from '../../source/sensors/portable-sampler.js';
import type {ListedProcess} from '../../source/sensors/processes.js';
import type {Sampler} from '../../source/sensors/sampler.js';
import {openSampler} from '../../source/sensors/open-sampler.js';
import {sampledSourceIds} from '../../source/sensors/source-states.js';
import {waitFor} from '../helpers/fault-wait.js';
import {makeFakeProc, statLine, type FakeProc, type FakeProcess} from '../helpers/fake-proc.js';

let proc: FakeProc;
const samplers: Sampler[] = [];
beforeEach(() => {
  proc = makeFakeProc();
  // A machine that booted 100 000 s ago; processes that started at tick 9 000 000 are 10 000 s old.
  proc.write('vmstat', 'oom_kill 2\n');
});
afterEach(() => {
  for (const sampler of samplers.splice(0)) sampler.closeAll();
  proc.dispose();
});

const argv = ['/venv/bin/python3', '/venv/bin/gunicorn', '-w', '2', 'shop:app'];
const noExits = openExits({loaded: {kind: 'unsupported', why: 'not in this test'}});
const idle = '270 0x8 0x7ffe 0x0 0x0 0x0 0x0 0x7ffc 0x7f12';

const master: FoundMaster = {
  id: {pid: 800, startTicks: 9_000_000},
  parentPid: 1,
  role: 'master',
  recognisedBy: 'heartbeat-file',
  workers: [801],
  uid: 1000,
  commandLine: argv.join(' '),
};

function addMaster(children: readonly number[], descriptors: Readonly<Record<number, string>>): void {
  proc.add({
    pid: 800,
    startTicks: 9_000_000,
    argv,
    argumentsAt: 0x7ffd_0000,
    children,
    descriptors,
    environment: {LANG: 'C'},
  });
}

function addWorker(more: Partial<FakeProcess> = {}): void {
  const file = proc.heartbeat('aaaaaaaa');
  addMaster([801], {4: file});
  proc.add({
    pid: 801,
    parentPid: 800,
    startTicks: 9_000_100,
    argv,
    argumentsAt: 0x7ffd_0000,
    descriptors: {4: file},
    syscall: idle,
    residentPages: 6000,
    ...more,
  });
}

function open(): Sampler {
  const sampler = openSampler(master, {
    root: proc.root,
    exits: noExits,
    clock: () => ({wallMs: Date.now(), monotonicMs}),
  });
  samplers.push(sampler);
  return sampler;
}

let monotonicMs = 100_000_000;
/** The next tick, a quarter of a second later unless said otherwise. */
function tick(sampler: Sampler, laterMs = 250): Sample {
  monotonicMs += laterMs;
  return sampler.sample({wallMs: Date.now(), monotonicMs}, 0);
}

test('a worker is sampled with everything that its files tell, in our units', () => {
  addWorker();
  const sampler = open();

  expect(tick(sampler)).toMatchObject({
    master: {id: master.id, processState: 'S', deadChildrenMinorFaults: 1117},
    workers: [
      {
        id: {pid: 801, startTicks: 9_000_100},
        parentPid: 800,
        kind: 'worker',
        processState: 'S',
        cpuMs: 420,
        rssBytes: 6000 * 4096,
        threads: 1,
        heartbeat: {notified: false},
        activity: {main: {kind: 'accept', via: 'pselect6'}, clients: 0},
      },
    ],
    memory: {oomKills: 2},
  });
});

test('what costs more is in one sample a second', () => {
  addWorker();
  const sampler = open();

  const samples = Array.from({length: 9}, () => tick(sampler));

  expect(samples.map(({memory}) => memory !== undefined)).toEqual([
    true,
    false,
    false,
    false,
    true,
    false,
    false,
    false,
    true,
  ]);
});

test('a zombie tells its exit status to those who may look, once', () => {
  addWorker();
  const sampler = open();
  tick(sampler);

  proc.write('801/stat', statLine({pid: 801, parentPid: 800, startTicks: 9_000_100, state: 'Z', exitCode: 9}));
  expect(tick(sampler).workers).toMatchObject([
    {
      id: {pid: 801},
      kind: 'worker',
      processState: 'Z',
      exit: {signal: 'SIGKILL', core: false},
      heartbeat: {notified: false},
    },
  ]);
  expect(tick(sampler).workers).toEqual([]);
});

test('for whoever may not look, the 0 in the exit field of a zombie is no exit code', () => {
  addWorker({argumentsAt: 0});
  const sampler = open();
  tick(sampler);

  proc.write('801/stat', statLine({pid: 801, parentPid: 800, startTicks: 9_000_100, state: 'Z'}));
  const [dead] = tick(sampler).workers;

  expect(dead).toMatchObject({processState: 'Z'});
  expect(dead).not.toHaveProperty('exit');
});

test('a child that the kernel leaves out of its list for a moment is not dead', () => {
  addWorker();
  const sampler = open();
  tick(sampler);

  proc.write('800/task/800/children', '');

  expect(tick(sampler).workers).toMatchObject([{id: {pid: 801}, processState: 'S'}]);
});

test('children that are no workers are told apart', () => {
  addWorker();
  const file = join(proc.folder, 'wgunicorn-aaaaaaaa (deleted)');
  addMaster([801, 810, 820, 830, 840], {4: file});
  proc.add({pid: 810, parentPid: 800, startTicks: 9_000_200, argv: ['redis-server'], argumentsAt: 0x7fff_1111});
  proc.add({pid: 820, parentPid: 800, startTicks: 9_000_200, argv: ['gunicorn: dirty-arbiter'], children: [821]});
  proc.add({pid: 821, parentPid: 820, startTicks: 9_000_300, argv: ['gunicorn: dirty-worker [shop]']});
  proc.add({
    pid: 830,
    parentPid: 800,
    startTicks: 9_000_200,
    argv,
    argumentsAt: 0x7fff_2222,
    environment: {GUNICORN_PID: '800'},
  });
  // Forked and without a heartbeat file: a process of the application.
  proc.add({pid: 840, parentPid: 800, startTicks: 9_000_200, argv, argumentsAt: 0x7ffd_0000});
  const sampler = open();

  const kinds = Object.fromEntries(tick(sampler, 1000).workers.map(({id, kind}) => [id.pid, kind]));

  expect(kinds).toEqual({801: 'worker', 810: 'other', 820: 'dirty', 821: 'dirty', 830: 'successor', 840: 'other'});
});

test('a child that was just born is undecided until it can be told', () => {
  addWorker();
  // 100 000 s after boot it is now, so this one is 50 ms old.
  proc.add({pid: 840, parentPid: 800, startTicks: 9_999_995, argv, argumentsAt: 0x7ffd_0000});
  proc.write('800/task/800/children', '801 840 ');
  const sampler = open();

  expect(tick(sampler).workers.find(({id}) => id.pid === 840)?.kind).toBe('undecided');
});

test('a worker in a container carries its inner pid', () => {
  addWorker({nsPid: 7});

  expect(tick(open()).workers).toMatchObject([{id: {pid: 801}, nsPid: 7}]);
});

test('where waits are closed to us, switches are counted instead, at every tick', () => {
  addWorker({wchan: '0'});
  rmSync(join(proc.root, '801/syscall'));
  const sampler = open();

  for (const sample of [tick(sampler), tick(sampler)]) {
    expect(sample.workers).toMatchObject([{voluntarySwitches: 41}]);
    expect(sample.workers[0]?.activity?.main).toBeUndefined();
  }
});

test('a kernel function stands in where the system call is closed to us, and the source says so', () => {
  addWorker({wchan: 'futex_do_wait'});
  rmSync(join(proc.root, '801/syscall'));
  const sampler = open();

  expect(tick(sampler).workers).toMatchObject([{activity: {main: {kind: 'lock', via: 'futex_do_wait'}}}]);
  expect(sampler.sources().find(({id}) => id === 'activity')).toMatchObject({
    state: 'partly',
    unlock: 'run gunspect as root',
  });
});

test('a pid that was taken by another process is not the master', () => {
  addWorker();
  const sampler = openSampler({...master, id: {pid: 800, startTicks: 1}}, {root: proc.root, exits: noExits});
  samplers.push(sampler);

  expect(sampler.masterIsGone()).toBe(true);
  expect(tick(sampler)).not.toHaveProperty('master');
});

test('a source that is lost or gained is told with the next second', () => {
  addWorker();
  const sampler = open();
  const states = (): readonly string[] => {
    monotonicMs += 1000;
    const at: Moment = {wallMs: Date.now(), monotonicMs};
    return sampler
      .observe(at, 0)
      .flatMap((one) => (one.kind === 'source' ? [`${one.source.id} ${one.source.state}`] : []));
  };
  expect(states()).toEqual([]);

  mkdirSync(join(proc.root, 'self'), {recursive: true});
  writeFileSync(join(proc.root, 'vmstat'), 'nr_free_pages 1\n');
  expect(states()).toEqual(['memory unsupported']);
  expect(states()).toEqual([]);
});

test('garbage in every file of a worker gives a sample and no error', () => {
  addWorker();
  const sampler = open();
  for (const name of ['statm', 'status', 'syscall', 'cmdline', 'environ', 'wchan']) {
    proc.write(`801/${name}`, '\0\u0001 garbage (((');
  }

  expect(tick(sampler, 1000).workers).toMatchObject([{id: {pid: 801}, processState: 'S'}]);
});

test('where there is no procfs, ps tells what it can, and every other source says why it does not', async () => {
  const rows: ListedProcess[] = [
    {pid: 800, parentPid: 1, name: 'gunicorn', commandLine: argv.join(' '), startedWallMs: 5000},
    {pid: 801, parentPid: 800, name: 'gunicorn', commandLine: argv.join(' '), startedWallMs: 6000},
  ];
  const usage = {pid: 801, parentPid: 800, cpuMs: 1200, rssBytes: 7_000_000, ageMs: 1000};
  const sampler = openPortableSampler(
    {...master, id: {pid: 800, startTicks: 500}},
    {list: async () => [...rows], usage: {read: async (pids) => new Map(pids.map((pid) => [pid, {...usage, pid}]))}},
  );

  expect(tick(sampler).workers).toEqual([]);
  const workers = await waitFor('the first round of ps', 5000, () => {
    const sample = tick(sampler, 0);
    return sample.workers.length > 0 ? sample.workers : undefined;
  });
  expect(workers).toEqual([
    {
      id: {pid: 801, startTicks: 600},
      parentPid: 800,
      kind: 'worker',
      processState: 'S',
      cpuMs: 1200,
      rssBytes: 7_000_000,
    },
  ]);
  expect(sampler.sources().filter(({why}) => why === 'not on this platform')).toHaveLength(sampledSourceIds.length - 1);

  rows.splice(0, 1);
  const at = (): Moment => ({wallMs: Date.now(), monotonicMs: (monotonicMs += 1000)});
  const gone = await waitFor('the end of the master', 5000, () =>
    sampler.observe(at(), 0).find(({kind}) => kind === 'master-gone'),
  );
  expect(gone).toMatchObject({id: {pid: 800}});
  expect(sampler.watched()).toBe(1);
  expect(sampler.observe(at(), 0).map(({kind}) => kind)).toEqual(['sample']);
  sampler.closeAll();
});
