/** Shares a bounded time among many that want it: who was left out in one round comes before the others in the next. */
import {now} from './clock.js';

export type Turns = {
  /** Begins the next round. */
  readonly begin: () => void;
  /** Whether it is this one's turn. To be asked right before the work is done. */
  readonly take: (pid: number) => boolean;
};

/** The first of a round is always served and not counted: it pays for what all others share. */
export function openTurns(limitMs: number, nowMs: () => number = () => now().monotonicMs): Turns {
  let first: ReadonlySet<number> = new Set();
  let leftOut = new Set<number>();
  let served = 0;
  let untilMs = 0;

  return {
    begin: () => {
      first = leftOut;
      leftOut = new Set();
      served = 0;
    },
    take: (pid) => {
      if (served === 1) untilMs = nowMs() + limitMs;
      const isLate = served > 1 && nowMs() >= untilMs;
      if (isLate || (first.size > 0 && !first.has(pid))) {
        leftOut.add(pid);
        return false;
      }

      served++;
      return true;
    },
  };
}
