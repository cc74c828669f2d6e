import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openCpu} from '../../source/sensors/cpu.js';
import {openOomDaemons} from '../../source/sensors/oom-daemons.js';
import {readNetwork} from '../../source/sensors/network.js';
import {openProcessFiles} from '../../source/sensors/process-files.js';
import {openWorkerUsage, type UsageReadings, type WorkerUsage} from '../../source/sensors/worker-usage.js';
import {makeFakeProc, statLine, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
});
afterEach(() => proc.dispose());

function group(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(proc.folder, path), {recursive: true});
  for (const [name, text] of Object.entries(files)) writeFileSync(join(proc.folder, path, name), text);
}

function mount(type: 'cgroup' | 'cgroup2', point: string, options: string): string {
  return `31 23 0:28 / ${join(proc.folder, point)} rw,relatime shared:9 - ${type} ${type} ${options}\n`;
}

const pressure =
  'some avg10=12.31 avg60=8.02 avg300=6.52 total=5084422537\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n';
const stat =
  'cpu  1000 0 300 5000 100 0 10 90 7 0\ncpu0 500 0 150 2500 50 0 5 45 0 0\ncpu1 500 0 150 2500 50 0 5 45 0 0\nintr 1\n';

test('version 2: the tightest quota above the master counts, with its own counters', () => {
  proc.add({pid: 800, cgroup: '0::/pod/web\n'});
  proc.write('self/mountinfo', mount('cgroup2', 'cg', 'rw'));
  proc.write('stat', stat);
  proc.write('pressure/cpu', pressure);
  group('cg/pod', {
    'cpu.max': '50000 100000\n',
    'cpu.stat': 'usage_usec 9\nnr_periods 300\nnr_throttled 270\nthrottled_usec 26400000\n',
  });
  group('cg/pod/web', {
    'cpu.max': 'max 100000\n',
    'cpu.stat': 'usage_usec 9\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n',
    'cpu.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=27000000\n',
  });
  const cpu = openCpu(800, proc.root);

  expect(cpu.read()).toEqual({
    processors: 2,
    totalMs: 65_000,
    busyMs: 13_100,
    stolenMs: 900,
    pressureMs: 5_084_423,
    groupPressureMs: 27_000,
    quotaProcessors: 0.5,
    periods: 300,
    throttledPeriods: 270,
    throttledMs: 26_400,
  });
  expect(cpu.state()).toEqual({id: 'cpu', state: 'ok'});
});

test('version 1: the quota is in other files, its time in nanoseconds, and -1 is none', () => {
  proc.add({pid: 800, cgroup: '4:cpu,cpuacct:/docker/abc\n0::/\n'});
  proc.write('self/mountinfo', mount('cgroup', 'cpu', 'rw,cpu,cpuacct') + mount('cgroup2', 'unified', 'rw'));
  proc.write('stat', stat);
  group('cpu/docker', {'cpu.cfs_quota_us': '-1\n', 'cpu.cfs_period_us': '100000\n'});
  group('cpu/docker/abc', {
    'cpu.cfs_quota_us': '200000\n',
    'cpu.cfs_period_us': '100000\n',
    'cpu.stat': 'nr_periods 30\nnr_throttled 3\nthrottled_time 2461917403\n',
  });

  expect(openCpu(800, proc.root).read()).toMatchObject({
    quotaProcessors: 2,
    periods: 30,
    throttledPeriods: 3,
    throttledMs: 2462,
  });
});

test('without a quota nothing is said of periods, and without groups that is said', () => {
  proc.add({pid: 800, cgroup: '0::/../other\n'});
  proc.write('self/mountinfo', mount('cgroup2', 'cg', 'rw'));
  proc.write('stat', stat);
  const cpu = openCpu(800, proc.root);

  expect(cpu.read()).toEqual({processors: 2, totalMs: 65_000, busyMs: 13_100, stolenMs: 900});
  expect(cpu.state()).toMatchObject({state: 'partly', why: expect.stringContaining('quota') as string});
});

test('a machine that tells nothing is unsupported, and garbage is nothing', () => {
  proc.add({pid: 800});
  proc.write('stat', 'cpu one two\n');
  proc.write('pressure/cpu', 'some avg10=full\n');
  const cpu = openCpu(800, proc.root);

  expect(cpu.read()).toEqual({});
  expect(cpu.state().state).toBe('unsupported');
});

test('the counters of a network namespace are found by their names, wherever they stand', () => {
  proc.write('800/net/snmp', 'Ip: Forwarding\nIp: 1\nTcp: RtoAlgorithm ActiveOpens PassiveOpens\nTcp: 1 22 184253\n');
  proc.write(
    '800/net/netstat',
    'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 7 9\nIpExt: InNoRoutes\nIpExt: 0\n',
  );

  expect(readNetwork(800, proc.root)).toEqual({passiveOpens: 184_253, listenOverflows: 7, listenDrops: 9});
  expect(readNetwork(801, proc.root)).toEqual({});
});

test('programs that kill for memory are told by their names, each once', () => {
  for (const [pid, name] of [
    [7, 'earlyoom'],
    [8, 'systemd-oomd'],
    [9, 'earlyoom'],
    [10, 'python3'],
  ] as const)
    proc.write(`${pid}/comm`, `${name}\n`);
  let nowMs = 0;
  const daemons = openOomDaemons(proc.root, () => nowMs);

  expect(daemons.running()).toEqual(['earlyoom', 'systemd-oomd']);
  proc.remove(8);
  expect(daemons.running()).toEqual(['earlyoom', 'systemd-oomd']);
  nowMs = 61_000;
  expect(daemons.running()).toEqual(['earlyoom']);
});

function addWorker(pid: number): void {
  proc.add({pid});
  proc.write(`${pid}/schedstat`, '122312937 1946406973 89\n');
  proc.write(`${pid}/status`, 'Name:\tpython3\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n');
  proc.write(`${pid}/smaps_rollup`, 'Rss: 100 kB\nPss:   80000 kB\nPrivate_Clean: 1000 kB\nPrivate_Dirty: 60000 kB\n');
}

/** Reads the usage of one worker, as it stands in the fake `/proc`. */
function reader(usage: WorkerUsage, pid: number): (rssBytes: number) => UsageReadings {
  const files = openProcessFiles(pid, proc.root);
  if (files.kind !== 'ok') throw new Error(`the fake process is ${files.kind}`);
  return (rssBytes) => {
    const state = files.value.stat();
    if (state.kind !== 'ok') throw new Error(`its state is ${state.kind}`);
    return usage.read(files.value, state.value, rssBytes);
  };
}

test('what a worker waited and weighs is read once a second, and its own share of memory soon and twice a minute', () => {
  addWorker(9101);
  const usage = openWorkerUsage({root: proc.root, cpu: true, memory: true});
  const read = reader(usage, 9101);
  const quick = {runQueueMs: 1946, peakRssBytes: 204_800 * 1024};

  usage.begin(1000);
  expect(read(1e8)).toEqual(quick);
  usage.begin(2000);
  expect(read(1e8)).toEqual({...quick, pssBytes: 80_000 * 1024, ussBytes: 61_000 * 1024});
  usage.begin(3000);
  expect(read(1e8)).toEqual(quick);
  usage.begin(32_000);
  expect(read(1e8)).toHaveProperty('pssBytes');
});

test('the peak of a worker is asked for again when it has had page faults', () => {
  addWorker(9101);
  const read = reader(openWorkerUsage({root: proc.root, cpu: false, memory: true}), 9101);
  const before = read(0);
  proc.write('9101/status', 'VmHWM:\t  300000 kB\n');

  expect(read(0)).toEqual(before);
  proc.write('9101/stat', statLine({pid: 9101, minorFaults: 11}));
  expect(read(0)).toEqual({peakRssBytes: 300_000 * 1024});
});

test('the walk through memory has ten milliseconds a second, and never goes to a worker of more than 2 GB', () => {
  for (const pid of [1, 2, 3]) addWorker(pid);
  const usage = openWorkerUsage({root: proc.root, cpu: false, memory: true});
  const readers = [1, 2, 3].map((pid) => reader(usage, pid));
  const walkedIn = (sizes: readonly number[]): readonly boolean[] =>
    sizes.map((bytes, index) => readers[index]?.(bytes).pssBytes !== undefined);

  usage.begin(1000);
  expect(walkedIn([1.2e9, 1.2e9, 2.5e9])).toEqual([false, false, false]);
  usage.begin(2000);
  expect(walkedIn([1.2e9, 1.2e9, 2.5e9])).toEqual([true, false, false]);
  usage.begin(3000);
  expect(walkedIn([1.2e9, 1.2e9, 2.5e9])).toEqual([false, true, false]);
});

test('a source that is turned off is not read', () => {
  addWorker(9101);
  const usage = openWorkerUsage({root: proc.root, cpu: false, memory: false});
  usage.begin(1000);

  expect(reader(usage, 9101)(1e8)).toEqual({});
});
