/**
 * Readings over time as one value a second, so that several curves share one axis: the last value of each is of this
 * second, the one before it of the second before.
 *
 * A curve reaches back as far as it was read without a gap. A second without a reading of its own has that before it.
 */
import type {Moment} from '../observation.js';
import {pulseEveryMs, pulseKept, trendGapSeconds} from './limits.js';
import type {Pulse} from './pulse.js';

/** Oldest first, at most ten minutes; empty when nothing was read lately. `before` is the pulse before, for rates. */
export function secondTrend(
  pulses: readonly Pulse[],
  now: Moment,
  valueIn: (pulse: Pulse, before: Pulse | undefined) => number | undefined,
): readonly number[] {
  const values: number[] = [];
  for (let index = pulses.length - 1; index >= 0 && values.length < pulseKept; index--) {
    const pulse = pulses[index] as Pulse;
    const secondsAgo = Math.max(0, Math.round((now.monotonicMs - pulse.at.monotonicMs) / pulseEveryMs));
    if (secondsAgo - values.length >= trendGapSeconds) break;
    if (secondsAgo < values.length) continue;
    const value = valueIn(pulse, pulses[index - 1]);
    if (value === undefined) continue;
    while (values.length <= secondsAgo) values.push(value);
  }
  return values.slice(0, pulseKept).toReversed();
}

/** By how much a counter rose each second between two pulses; undefined without two readings of it. */
export function perSecond(
  {at}: Pulse,
  before: Pulse | undefined,
  [now, then]: readonly [number | undefined, number | undefined],
): number | undefined {
  if (!before || now === undefined || then === undefined || now < then) return undefined;
  const elapsedMs = at.monotonicMs - before.at.monotonicMs;
  return elapsedMs > 0 ? ((now - then) * 1000) / elapsedMs : undefined;
}
