/**
 * How long a worker was ready to run and the machine did not let it: by its own count, beside what held it back.
 *
 * The kernel counts it for every process, and what a quota or the hypervisor took for the group and the machine. Only
 * the worker's own count says that this one waited; the others say why.
 */
import type {CpuSample} from '../machine-sample.js';
import type {Moment} from '../observation.js';
import {processorWaitsKept, processorWaitEveryMs, starvedShare} from './limits.js';
import type {Pulse} from './pulse.js';

/** A reading of the worker's own count. */
export type WaitReading = {readonly at: Moment; readonly runQueueMs: number};

export type ProcessorWait = {
  /** Over which time it was read, milliseconds, and how much of that it waited. */
  readonly overMs: number;
  readonly waitedMs: number;
  /** Wall clock of the beginning of the stretch in which it waited more than it ran or slept; absent when it did not. */
  readonly onsetWallMs?: number;
  /** The quota on its group, in processors, and the share of the periods in which that was used up. */
  readonly quotaProcessors?: number;
  readonly throttledShare?: number;
  /** The share of the machine's processor time that the hypervisor gave to others. */
  readonly stolenShare?: number;
  /** The share of the time in which something on the machine waited for a processor. */
  readonly pressureShare?: number;
};

/** Adds a reading; bounded. */
export function withWait(
  waits: readonly WaitReading[],
  at: Moment,
  runQueueMs: number | undefined,
): readonly WaitReading[] {
  if (runQueueMs === undefined) return waits;
  const last = waits.at(-1);
  if (last && at.monotonicMs - last.at.monotonicMs < processorWaitEveryMs) return waits;
  return [...waits.slice(1 - processorWaitsKept), {at, runQueueMs}];
}

/** What was read from `fromMs` on, monotonic; undefined with less than a second of readings, or of half of that time. */
export function processorWaitOf(
  waits: readonly WaitReading[],
  pulses: readonly Pulse[],
  fromMs: number,
): ProcessorWait | undefined {
  const last = waits.at(-1);
  const first = waits.findLast(({at}) => at.monotonicMs <= fromMs) ?? waits[0];
  if (!first || !last) return undefined;
  const overMs = last.at.monotonicMs - first.at.monotonicMs;
  if (overMs < 1000 || last.at.monotonicMs - Math.max(fromMs, first.at.monotonicMs) < overMs / 2) return undefined;
  const onset = onsetOf(waits, first.at.monotonicMs);
  return {
    overMs,
    waitedMs: Math.min(overMs, last.runQueueMs - first.runQueueMs),
    ...(onset && {onsetWallMs: onset.wallMs}),
    ...sharesIn(pulses, first.at.monotonicMs, last.at.monotonicMs),
  };
}

/** Whether it waited for most of that time. */
export function isStarved({overMs, waitedMs}: ProcessorWait): boolean {
  return waitedMs >= overMs * starvedShare;
}

/** Goes back from the newest starved second of the time that is looked at, also to before it; one better second breaks nothing. */
function onsetOf(waits: readonly WaitReading[], fromMs: number): Moment | undefined {
  let onset: Moment | undefined;
  let better = 0;
  for (let index = waits.length - 1; index > 0 && better < 2; index--) {
    const [before, after] = [waits[index - 1] as WaitReading, waits[index] as WaitReading];
    if (onset === undefined && after.at.monotonicMs <= fromMs) return undefined;
    const share = (after.runQueueMs - before.runQueueMs) / (after.at.monotonicMs - before.at.monotonicMs);
    if (share >= 0.5) {
      onset = before.at;
      better = 0;
    } else if (onset !== undefined) better++;
  }
  return onset;
}

function sharesIn(pulses: readonly Pulse[], fromMs: number, toMs: number): Partial<ProcessorWait> {
  const read = pulses.filter(({at, cpu}) => cpu && at.monotonicMs >= fromMs - 1 && at.monotonicMs <= toMs + 1000);
  const [first, last] = [read[0], read.at(-1)];
  if (!first?.cpu || !last?.cpu || first === last) return {};
  const rise = (counter: keyof CpuSample): number | undefined => {
    const [then, now] = [first.cpu?.[counter], last.cpu?.[counter]];
    return then === undefined || now === undefined || now < then ? undefined : now - then;
  };
  const elapsedMs = last.at.monotonicMs - first.at.monotonicMs;
  const throttledShare = shareOf(rise('throttledPeriods'), rise('periods'));
  const stolenShare = shareOf(rise('stolenMs'), rise('totalMs'));
  const pressureShare = shareOf(rise('pressureMs'), elapsedMs);
  return {
    ...(last.cpu.quotaProcessors !== undefined && {quotaProcessors: last.cpu.quotaProcessors}),
    ...(throttledShare !== undefined && {throttledShare}),
    ...(stolenShare !== undefined && {stolenShare}),
    ...(pressureShare !== undefined && {pressureShare}),
  };
}

function shareOf(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole <= 0 ? undefined : Math.min(1, part / whole);
}
