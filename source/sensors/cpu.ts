/**
 * What the processors had to give to the target: its quota and how often it was used up, how long tasks waited, and
 * what the hypervisor took away.
 *
 * All of it is counters for everyone to read. What one worker waited is told by the worker's own `schedstat`.
 */
import type {CpuSample} from '../machine-sample.js';
import type {SourceState} from '../source-state.js';
import {foldersUpwards, groupsOf, type ControlGroup} from './cgroup.js';
import {fieldIn, numberIn, stalledMs, textAt} from './kernel-text.js';
import {machineConstants} from './machine.js';

export type Cpu = {
  /** At most once a second. */
  readonly read: () => CpuSample;
  readonly state: () => SourceState;
};

type Quota = {readonly folder: string; readonly processors: number};

/** Undefined for a group without a quota. */
function quotaOf(folder: string, version: 1 | 2): number | undefined {
  const [quota, period] =
    version === 2
      ? (textAt(`${folder}/cpu.max`) ?? '').split(' ').map((word) => numberIn(word))
      : [numberIn(textAt(`${folder}/cpu.cfs_quota_us`)), numberIn(textAt(`${folder}/cpu.cfs_period_us`))];
  return quota === undefined || period === undefined || quota <= 0 || period <= 0 ? undefined : quota / period;
}

/** A group is held back by every quota above it too; of several the tightest is the one that is felt. */
function tightest(group: ControlGroup): Quota | undefined {
  let best: Quota | undefined;
  for (const folder of foldersUpwards(group)) {
    const processors = quotaOf(folder, group.version);
    if (processors !== undefined && processors < (best?.processors ?? Number.POSITIVE_INFINITY)) {
      best = {folder, processors};
    }
  }

  return best;
}

/** Version 1 counts nanoseconds as `throttled_time`, version 2 microseconds as `throttled_usec`. */
function throttling({folder, processors}: Quota): CpuSample {
  const text = textAt(`${folder}/cpu.stat`);
  const periods = fieldIn(text, 'nr_periods');
  const throttledPeriods = fieldIn(text, 'nr_throttled');
  const nanoseconds = fieldIn(text, 'throttled_time');
  const microseconds = fieldIn(text, 'throttled_usec');
  const throttledMs = nanoseconds === undefined ? microseconds && microseconds / 1000 : nanoseconds / 1e6;
  return {
    quotaProcessors: processors,
    ...(periods !== undefined && {periods}),
    ...(throttledPeriods !== undefined && {throttledPeriods}),
    ...(throttledMs !== undefined && {throttledMs: Math.round(throttledMs)}),
  };
}

// Fields of the first line of /proc/stat (proc_stat(5)): user nice system idle iowait irq softirq steal, and guest
// time, which user and nice hold already.
const idleField = 3;
const waitingField = 4;
const stealField = 7;
const guestField = 8;

function machineTime(text: string | undefined, msPerTick: number): CpuSample {
  const ticks = /^cpu +([\d ]+)$/m
    .exec(text ?? '')?.[1]
    ?.trim()
    .split(' ')
    .map(Number)
    .slice(0, guestField);
  if (ticks === undefined || ticks.length < stealField) return {};

  const total = ticks.reduce((sum, value) => sum + value, 0);
  const stolen = ticks[stealField];
  const idle = (ticks[idleField] ?? 0) + (ticks[waitingField] ?? 0) + (stolen ?? 0);
  return {
    processors: text?.match(/^cpu\d+ /gm)?.length ?? 1,
    totalMs: total * msPerTick,
    busyMs: (total - idle) * msPerTick,
    ...(stolen !== undefined && {stolenMs: stolen * msPerTick}),
  };
}

/** Follows the groups a process is in now. */
export function openCpu(pid: number, root = '/proc'): Cpu {
  const msPerTick = 1000 / machineConstants(root).ticksPerSecond;
  const groups = groupsOf(pid, root);
  const group = groups.of('cpu');
  // The group above all is the machine, and its pressure is told there.
  const pressureFolder =
    groups.unified && groups.unified.folder !== groups.unified.mountPoint ? groups.unified.folder : undefined;
  let last: CpuSample = {};

  return {
    read: () => {
      const quota = group && tightest(group);
      const pressureMs = stalledMs(textAt(`${root}/pressure/cpu`));
      const groupPressureMs = pressureFolder && stalledMs(textAt(`${pressureFolder}/cpu.pressure`));
      last = {
        ...machineTime(textAt(`${root}/stat`), msPerTick),
        ...(pressureMs !== undefined && {pressureMs}),
        ...(groupPressureMs !== undefined && groupPressureMs !== '' && {groupPressureMs}),
        ...(quota && throttling(quota)),
      };
      return last;
    },
    state: () => {
      if (last.totalMs === undefined)
        return {id: 'cpu', state: 'unsupported', why: 'how busy the processors are cannot be read here'};
      if (group === undefined)
        return {id: 'cpu', state: 'partly', why: 'whether a quota holds the workers back cannot be seen from here'};

      return {id: 'cpu', state: 'ok'};
    },
  };
}
