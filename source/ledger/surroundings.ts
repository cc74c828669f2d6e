/** What surrounds the workers now and over the last ten minutes: traffic, memory and processors, on one time axis. */
import type {CpuSample} from '../machine-sample.js';
import type {Moment} from '../observation.js';
import type {Ledger} from './ledger.js';
import {rateOverMs} from './limits.js';
import type {Pulse} from './pulse.js';
import {perSecond, secondTrend} from './second-trend.js';

/** Trends have one value a second, oldest first, the newest of this second, at most ten minutes. */
export type TrafficNow = {
  readonly requestsPerSecond?: number;
  /** New TCP connections a second. Of the whole network namespace unless `connectionsAreOwn`. */
  readonly connectionsPerSecond?: number;
  readonly connectionsAreOwn?: boolean;
  readonly backlog?: number;
  readonly backlogLimit?: number;
  /** Set when the limit is not the kernel's own word, but made of gunicorn's setting and the kernel's bound on it. */
  readonly backlogLimitInferred?: true;
  /** Connections dropped since the attach because the accept queue was full. Of the whole network namespace unless `dropsAreOwn`. */
  readonly drops?: number;
  readonly dropsAreOwn?: boolean;
  readonly backlogTrend: readonly number[];
  readonly requestsTrend: readonly number[];
  readonly connectionsTrend: readonly number[];
};

export type MemoryNow = {
  readonly usedBytes?: number;
  readonly limitBytes?: number;
  readonly peakBytes?: number;
  /** What the machine has left without swapping, and all it has. */
  readonly availableBytes?: number;
  readonly machineBytes?: number;
  /** Sum of the workers' RSS. Counts shared pages once per worker. */
  readonly workersRssBytes?: number;
  /** Programs that run here and kill for memory before the kernel does. */
  readonly oomDaemons?: readonly string[];
  /** `usedBytes`, or where that is not readable `workersRssBytes`. */
  readonly trend: readonly number[];
};

export type CpuNow = {
  /** What all workers together use: 100 = one full core. */
  readonly percent?: number;
  readonly processors?: number;
  /** The tightest quota on the workers' control group, in processors. */
  readonly quotaProcessors?: number;
  /** Of the last seconds: the share of its periods in which the group was held back by its quota. */
  readonly throttledPercent?: number;
  /** The share of the time in which some task of the group, or where that is not told of the machine, waited for a processor. */
  readonly pressurePercent?: number;
  /** The share of all processors' time that the hypervisor gave to others. */
  readonly stolenPercent?: number;
  /** `percent`. */
  readonly trend: readonly number[];
};

export function trafficNow({pulses, at}: Ledger): TrafficNow {
  const now = pulses.at(-1);
  const then = now && earlier(pulses, now);
  const connectionsPerSecond = now && perSecond(now, then, [now.arrivals?.total, then?.arrivals?.total]);
  return {
    ...(now?.requestsPerSecond !== undefined && {requestsPerSecond: now.requestsPerSecond}),
    ...(connectionsPerSecond !== undefined && {
      connectionsPerSecond,
      connectionsAreOwn: now?.arrivals?.isOwn === true,
    }),
    ...(now?.backlog !== undefined && {backlog: now.backlog}),
    ...(now?.backlogLimit !== undefined && {backlogLimit: now.backlogLimit}),
    ...(now?.backlogLimitInferred && {backlogLimitInferred: true}),
    ...(now?.drops && {drops: now.drops.total, dropsAreOwn: now.drops.isOwn}),
    backlogTrend: trend(pulses, at, ({backlog}) => backlog),
    requestsTrend: trend(pulses, at, ({requestsPerSecond}) => requestsPerSecond),
    connectionsTrend: trend(pulses, at, (pulse, before) =>
      perSecond(pulse, before, [pulse.arrivals?.total, before?.arrivals?.total]),
    ),
  };
}

export function memoryNow({pulses, at}: Ledger): MemoryNow {
  const now = pulses.at(-1);
  return {
    ...(now?.usedBytes !== undefined && {usedBytes: now.usedBytes}),
    ...(now?.limitBytes !== undefined && {limitBytes: now.limitBytes}),
    ...(now?.peakBytes !== undefined && {peakBytes: now.peakBytes}),
    ...(now?.availableBytes !== undefined && {availableBytes: now.availableBytes}),
    ...(now?.machineBytes !== undefined && {machineBytes: now.machineBytes}),
    ...(now?.workersRssBytes !== undefined && {workersRssBytes: now.workersRssBytes}),
    ...(now?.oomDaemons && now.oomDaemons.length > 0 && {oomDaemons: now.oomDaemons}),
    trend: trend(pulses, at, ({usedBytes, workersRssBytes}) => usedBytes ?? workersRssBytes),
  };
}

export function cpuNow({pulses, at}: Ledger): CpuNow {
  const now = pulses.at(-1);
  const then = now && earlier(pulses, now);
  const elapsedMs = now && then ? now.at.monotonicMs - then.at.monotonicMs : undefined;
  const throttledPercent = percentOf(rise(now, then, 'throttledPeriods'), rise(now, then, 'periods'));
  const pressurePercent = percentOf(rise(now, then, 'groupPressureMs') ?? rise(now, then, 'pressureMs'), elapsedMs);
  const stolenPercent = percentOf(rise(now, then, 'stolenMs'), rise(now, then, 'totalMs'));
  return {
    ...(now?.cpuPercent !== undefined && {percent: now.cpuPercent}),
    ...(now?.cpu?.processors !== undefined && {processors: now.cpu.processors}),
    ...(now?.cpu?.quotaProcessors !== undefined && {quotaProcessors: now.cpu.quotaProcessors}),
    ...(throttledPercent !== undefined && {throttledPercent}),
    ...(pressurePercent !== undefined && {pressurePercent}),
    ...(stolenPercent !== undefined && {stolenPercent}),
    trend: trend(pulses, at, ({cpuPercent}) => cpuPercent),
  };
}

type ValueIn = Parameters<typeof secondTrend>[2];

function trend(pulses: readonly Pulse[], at: Moment | undefined, valueIn: ValueIn): readonly number[] {
  return at ? secondTrend(pulses, at, valueIn) : [];
}

/** The newest pulse that is some seconds older: a rate over one second of a few requests jumps about. */
function earlier(pulses: readonly Pulse[], {at}: Pulse): Pulse | undefined {
  const older = pulses.findLast((pulse) => at.monotonicMs - pulse.at.monotonicMs >= rateOverMs);
  const first = pulses[0];
  return older ?? (first && first.at !== at ? first : undefined);
}

type Counter = Exclude<keyof CpuSample, 'processors' | 'quotaProcessors'>;

function rise(now: Pulse | undefined, then: Pulse | undefined, counter: Counter): number | undefined {
  const [last, first] = [now?.cpu?.[counter], then?.cpu?.[counter]];
  return last === undefined || first === undefined || last < first ? undefined : last - first;
}

/** Nothing of nothing is nothing: a group that did not run in any period was held back in none. */
function percentOf(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined) return undefined;
  return whole > 0 ? Math.min(100, (100 * part) / whole) : 0;
}
