import {setTimeout as delay} from 'node:timers/promises';
import type {Moment} from '../observation.js';
import {now} from '../sensors/clock.js';

/** The session's only way to the time. Tests pass one that they move by hand. */
export type Clock = {
  readonly now: () => Moment;
  /** Resolves when the monotonic clock has reached `monotonicMs`, or at once when the signal aborts; never rejects. */
  readonly sleepUntil: (monotonicMs: number, signal: AbortSignal) => Promise<void>;
};

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => now(),
  async sleepUntil(monotonicMs, signal) {
    const waitMs = Math.max(0, monotonicMs - now().monotonicMs);
    await delay(waitMs, undefined, {signal}).catch(() => undefined);
  },
};
