import {setImmediate as turn} from 'node:timers/promises';
import type {Clock} from '../../source/session/clock.js';

/** A clock that stands still until a test moves it. Both of its clocks start at a round number and go together. */
export type FakeClock = Clock & {
  /** Moves on by so many milliseconds, waking each sleeper at its time. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Lets time pass without waking anybody, as when the process is stopped. */
  readonly skip: (milliseconds: number) => void;
};

type Sleeper = {readonly untilMs: number; readonly wake: () => void};

const wallOffsetMs = Date.UTC(2026, 10, 22, 14, 0, 0);

export function createFakeClock(): FakeClock {
  let nowMs = 1000;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => ({wallMs: wallOffsetMs + nowMs, monotonicMs: nowMs}),
    sleepUntil: async (untilMs, signal) =>
      new Promise((resolve) => {
        if (untilMs <= nowMs || signal.aborted) {
          resolve();
          return;
        }
        const wake = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = {untilMs, wake};
        sleepers.add(sleeper);
        signal.addEventListener('abort', wake);
      }),
    async advance(milliseconds) {
      const endMs = nowMs + milliseconds;
      for (;;) {
        // Everything that is ready runs before time goes on.
        // oxlint-disable-next-line no-await-in-loop -- time is a sequence
        await turn();
        const [next] = [...sleepers].toSorted((left, right) => left.untilMs - right.untilMs);
        if (!next || next.untilMs > endMs) {
          break;
        }
        nowMs = Math.max(nowMs, next.untilMs);
        next.wake();
      }
      nowMs = endMs;
      await turn();
    },
    skip(milliseconds) {
      nowMs += milliseconds;
    },
  };
}
