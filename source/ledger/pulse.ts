/** System-wide readings of the target at one moment, one a second, for trends and for what changed around a death. */
import type {CpuSample, MemorySample} from '../machine-sample.js';
import type {Moment, Sample} from '../observation.js';
import type {Ledger} from './ledger.js';
import type {Life} from './life.js';
import {requestRateOf} from './life-memory.js';
import {pulseEveryMs, pulseKept} from './limits.js';
import {readBy} from './reading-time.js';
import {cpuPercentOf} from './usage.js';

export type Pulse = MemorySample & {
  readonly at: Moment;
  /** When its reading was over. */
  readonly by: Moment;
  readonly backlog?: number;
  readonly backlogLimit?: number;
  readonly backlogLimitInferred?: true;
  /** Connections taken up and connections dropped since the first reading; counters that begin anew are gone on with. */
  readonly arrivals?: Tally;
  readonly drops?: Tally;
  readonly requestsPerSecond?: number;
  /** Requests in the access log since the attach. */
  readonly accessCount?: number;
  /** Sum of the workers' RSS; pages that are shared count once per worker. */
  readonly workersRssBytes?: number;
  /** What all workers together use of the processors: 100 = one full core. */
  readonly cpuPercent?: number;
  readonly cpu?: CpuSample;
};

/** A counter read again and again. `isOwn` is false where others, whose share is not told, count into it too. */
export type Tally = {readonly total: number; readonly raw: number; readonly isOwn: boolean};

/** Adds the sample's system-wide readings when it carries some, or when the last ones are a second old. */
export function withPulse({pulses, living, accessCount}: Ledger, sample: Sample): readonly Pulse[] {
  const last = pulses.at(-1);
  const carries = sample.memory !== undefined || sample.listeners !== undefined || sample.cpu !== undefined;
  if (!carries && last && sample.at.monotonicMs - last.at.monotonicMs < pulseEveryMs) return pulses;
  const rss = sample.workers.flatMap(({kind, rssBytes}) =>
    kind === 'worker' && rssBytes !== undefined ? [rssBytes] : [],
  );
  const requestsPerSecond = requestRate(living) ?? accessRate(pulses, accessCount, sample.at);
  const percents = living.flatMap(({glimpses}) => cpuPercentOf(glimpses) ?? []);
  const pulse: Pulse = {
    at: sample.at,
    by: readBy(sample),
    ...sample.memory,
    ...trafficIn(sample, pulses),
    ...(accessCount !== undefined && {accessCount}),
    ...(requestsPerSecond !== undefined && {requestsPerSecond}),
    ...(rss.length > 0 && {workersRssBytes: sum(rss)}),
    ...(percents.length > 0 && {cpuPercent: sum(percents)}),
    ...(sample.cpu && {cpu: sample.cpu}),
  };
  return [...pulses.slice(1 - pulseKept), pulse];
}

/** Memory counts requests as they begin; undefined when no worker's could be read twice. */
function requestRate(living: readonly Life[]): number | undefined {
  const rates = living.flatMap(({memory}) => requestRateOf(memory) ?? []);
  return rates.length > 0 ? sum(rates) : undefined;
}

/** The access log counts them as they end. */
function accessRate(pulses: readonly Pulse[], count: number | undefined, at: Moment): number | undefined {
  const before = pulses.findLast((pulse) => at.monotonicMs - pulse.at.monotonicMs >= pulseEveryMs);
  if (count === undefined || before?.accessCount === undefined) return undefined;
  return ((count - before.accessCount) * 1000) / (at.monotonicMs - before.at.monotonicMs);
}

function trafficIn({listeners = [], network}: Sample, pulses: readonly Pulse[]): Partial<Pulse> {
  const backlogs = listeners.flatMap(({backlog}) => backlog ?? []);
  const limits = listeners.flatMap(({backlogLimit}) => backlogLimit ?? []);
  const drops = listeners.flatMap(({drops: dropped}) => dropped ?? []);
  const isOwn = network?.otherListeners === 0;
  const arrived = network?.passiveOpens;
  const dropped =
    listeners.length > 0 && drops.length === listeners.length
      ? {raw: sum(drops), isOwn: true}
      : network?.listenDrops === undefined
        ? undefined
        : {raw: network.listenDrops, isOwn};
  return {
    ...(backlogs.length > 0 && {backlog: sum(backlogs)}),
    ...(limits.length > 0 && {backlogLimit: sum(limits)}),
    ...(listeners.some((listener) => listener.backlogLimitInferred) && {backlogLimitInferred: true}),
    ...(arrived !== undefined && {arrivals: tallied(newest(pulses, 'arrivals'), {raw: arrived, isOwn})}),
    ...(dropped && {drops: tallied(newest(pulses, 'drops'), dropped)}),
  };
}

/** Another socket, or another source of the same counter, begins somewhere else: that step is nobody's. */
function tallied(last: Tally | undefined, {raw, isOwn}: Omit<Tally, 'total'>): Tally {
  const gained = last?.isOwn === isOwn && raw >= last.raw ? raw - last.raw : 0;
  return {total: (last?.total ?? 0) + gained, raw, isOwn};
}

function newest(pulses: readonly Pulse[], key: 'arrivals' | 'drops'): Tally | undefined {
  return pulses.findLast((pulse) => pulse[key] !== undefined)?.[key];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
