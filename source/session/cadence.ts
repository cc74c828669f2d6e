import type {Clock} from './clock.js';

export type Cadence = {
  /** Waits for the next tick, or until the signal aborts. Resolves with how late the tick is: milliseconds, to a tenth. */
  readonly next: (intervalMs: number, signal: AbortSignal) => Promise<number>;
};

/**
 * Ticks by deadline: each is planned from the last planned one and not from when that ran, so that small delays do
 * not add up. Ticks that were slept through are left out, never made up for in a burst.
 */
export function createCadence(clock: Clock): Cadence {
  let deadlineMs = clock.now().monotonicMs;
  return {
    async next(intervalMs, signal) {
      const nowMs = clock.now().monotonicMs;
      const missed = Math.max(0, Math.floor((nowMs - deadlineMs) / intervalMs));
      deadlineMs += (missed + 1) * intervalMs;
      await clock.sleepUntil(deadlineMs, signal);
      return Math.max(0, Math.round((clock.now().monotonicMs - deadlineMs) * 10) / 10);
    },
  };
}
