/** A counter of OOM kills, read before and after a death. */
import type {Moment} from '../observation.js';
import type {Life, LifeEnd} from './life.js';
import {killedToGoneMs} from './limits.js';
import type {Pulse} from './pulse.js';

export type OutOfMemoryCount = {readonly scope: 'cgroup' | 'machine'; readonly before: number; readonly after: number};

/**
 * The last reading that surely was before the kill and the first after the death; undefined without both. The group of
 * the next master is another one, although it may have the same name: its readings begin at `nextFromMs`.
 */
export function countAround(
  pulses: readonly Pulse[],
  life: Life,
  end: LifeEnd,
  nextFromMs = Infinity,
): OutOfMemoryCount | undefined {
  const own = pulses.filter(({at}) => at.monotonicMs < nextFromMs);
  const machine = around('machine', 'oomKills', pulses, life, end);
  const cgroup = around('cgroup', 'cgroupOomKills', own, life, end);
  // The machine's counter contains the cgroup's: unchanged, it says more; changed, the cgroup's says whether it was ours.
  if (machine && machine.before === machine.after) return machine;
  return cgroup ?? machine;
}

/** That a group came to its limit of memory: between which readings, and what the limit is. */
export type LimitHit = {readonly limitBytes: number; readonly since: Moment};

/** Undefined when it did not, or when that was not read both before and after. */
export function limitHitAround(
  pulses: readonly Pulse[],
  life: Life,
  end: LifeEnd,
  nextFromMs = Infinity,
): LimitHit | undefined {
  const beforeMs = life.lastSeen.monotonicMs - killedToGoneMs;
  const isRead = ({limitHits, limitBytes}: Pulse): boolean => limitHits !== undefined && limitBytes !== undefined;
  const before = pulses.findLast((pulse) => pulse.by.monotonicMs <= beforeMs && isRead(pulse));
  const after = pulses.find(
    (pulse) => pulse.at.monotonicMs >= end.at.monotonicMs && pulse.at.monotonicMs < nextFromMs && isRead(pulse),
  );
  return before && after && cameToLimit(before, after)
    ? {limitBytes: after.limitBytes ?? 0, since: before.at}
    : undefined;
}

/** Version 1 of control groups does not count on every kernel how often a group came to its limit; then its peak tells. */
function cameToLimit(before: Pulse, after: Pulse): boolean {
  const peakBytes = after.peakBytes ?? 0;
  const isNewPeak = before.peakBytes !== undefined && peakBytes > before.peakBytes;
  return (after.limitHits ?? 0) > (before.limitHits ?? 0) || (isNewPeak && peakBytes >= (after.limitBytes ?? Infinity));
}

function around(
  scope: OutOfMemoryCount['scope'],
  counter: 'oomKills' | 'cgroupOomKills',
  pulses: readonly Pulse[],
  life: Life,
  end: LifeEnd,
): OutOfMemoryCount | undefined {
  const beforeMs = life.lastSeen.monotonicMs - killedToGoneMs;
  const wasRead = (pulse: Pulse): boolean => pulse[counter] !== undefined;
  const before = pulses.findLast((pulse) => pulse.by.monotonicMs <= beforeMs && wasRead(pulse))?.[counter];
  const after = pulses.find((pulse) => pulse.at.monotonicMs >= end.at.monotonicMs && wasRead(pulse))?.[counter];
  // A counter that fell is another group's.
  return before === undefined || after === undefined || after < before ? undefined : {scope, before, after};
}
