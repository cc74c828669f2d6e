import {hrtime} from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import type {Moment} from '../observation.js';

/** The session's only way to the time. Tests pass one that they move by hand. */
export type Clock = {
  readonly now: () => Moment;
  /** Resolves when the monotonic clock has reached `monotonicMs`, or at once when the signal aborts; never rejects. */
  readonly sleepUntil: (monotonicMs: number, signal: AbortSignal) => Promise<void>;
};

function monotonicNowMs(): number {
  // On Linux this is CLOCK_MONOTONIC, the clock that gunicorn 22 and newer stamps its heartbeat file with.
  return Number(hrtime.bigint()) / 1e6;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => ({wallMs: Date.now(), monotonicMs: monotonicNowMs()}),
  async sleepUntil(monotonicMs, signal) {
    const waitMs = Math.max(0, monotonicMs - monotonicNowMs());
    await delay(waitMs, undefined, {signal}).catch(() => undefined);
  },
};
