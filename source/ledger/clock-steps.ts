/**
 * Steps of the wall clock: it was set, or the machine slept, while the monotonic clock went on.
 *
 * gunicorn up to 21.2 measures a worker's silence with the wall clock, so a step ahead makes every heartbeat look old
 * (arbiter.py 21.2 murder_workers, workertmp.py last_update).
 */
import type {Moment} from '../observation.js';
import {clockStepMs, clockStepsKept} from './limits.js';

export type ClockStep = {readonly at: Moment; readonly aheadMs: number};

/** The steps after one more moment; `before` is the moment of the observation before it. */
export function withClockStep(
  steps: readonly ClockStep[],
  before: Moment | undefined,
  at: Moment,
): readonly ClockStep[] {
  if (!before || at.monotonicMs < before.monotonicMs) return steps;
  const aheadMs = at.wallMs - before.wallMs - (at.monotonicMs - before.monotonicMs);
  return Math.abs(aheadMs) < clockStepMs ? steps : [...steps.slice(1 - clockStepsKept), {at, aheadMs}];
}

/** By how much the wall clock went ahead between two monotonic times, milliseconds; negative when it was set back. */
export function clockAheadMs(steps: readonly ClockStep[], fromMs: number, toMs: number): number {
  return steps
    .filter(({at}) => at.monotonicMs > fromMs && at.monotonicMs <= toMs)
    .reduce((total, {aheadMs}) => total + aheadMs, 0);
}
