/**
 * Workers that were forked and that nobody saw, counted by the arbiter's own counter.
 *
 * The counter and the births are compared when it has stood still for so long that whoever was forked before has been
 * seen, or said something in the log: then the difference is exact. While it never stands still, as in a boot loop, a
 * fork or two may be under way at either end, and the difference is told as a least number.
 */
import type {Moment} from '../observation.js';
import type {Ledger} from './ledger.js';

/** The counter at one moment. */
export type SpawnReading = {readonly at: Moment; readonly count: number};

export type Spawns = {
  /** What the counter and the seen workers are compared from, and how many were hidden before it. */
  readonly base: {readonly count: number; readonly seen: number; readonly hidden: number; readonly isExact: boolean};
  /** Since when the counter stands where it stands. */
  readonly still: SpawnReading;
  /** Forked by this master, and neither seen nor known from the log. */
  readonly hidden: number;
  readonly isExact: boolean;
};

/** A fork is in a sample within a tick or two, and its records are filed after 1.5 s (limits.ts, unclaimedForMs). */
const stillForMs = 2500;

/** Forks that may be under way at the two ends of a comparison. */
const underWay = 2;

export function withSpawned(ledger: Ledger, reading: SpawnReading): Ledger {
  // Where the kernel counts all that nobody saw, a fork that is under way would be counted twice.
  if (ledger.kernel.connector !== undefined) return ledger;
  // Without a sample, nobody could have been seen.
  return ledger.births === 0
    ? ledger
    : {...ledger, spawns: next(ledger.spawns, reading, seenUntil(ledger, reading.at))};
}

function next(before: Spawns | undefined, reading: SpawnReading, seen: number): Spawns {
  const {count} = reading;
  // A counter that falls is another arbiter's, or none.
  if (!before || count < before.still.count) {
    const hidden = before?.hidden ?? 0;
    return {base: {count, seen, hidden, isExact: false}, still: reading, hidden, isExact: false};
  }
  const {base} = before;
  const still = count === before.still.count ? before.still : reading;
  const isStill = reading.at.monotonicMs - still.at.monotonicMs >= stillForMs;
  const difference = base.hidden + (count - base.count) - (seen - base.seen);
  const atLeast = Math.max(before.hidden, difference - underWay);
  if (!isStill) return {base, still, hidden: atLeast, isExact: false};
  return base.isExact
    ? {base, still, hidden: Math.max(base.hidden, difference), isExact: true}
    : {base: {count, seen, hidden: atLeast, isExact: true}, still, hidden: atLeast, isExact: false};
}

/**
 * Workers that were seen until a moment, or are known from the log. A reading may wait for the tick that takes it in:
 * whoever was forked in between is not in its counter.
 */
function seenUntil({births, unseenCount, living, ended, unseen}: Ledger, {monotonicMs}: Moment): number {
  const isLater = (at: Moment): boolean => at.monotonicMs > monotonicMs;
  const later = [...living, ...ended].filter(({firstSeen, kind}) => kind !== 'dirty' && isLater(firstSeen));
  return births + unseenCount - later.length - unseen.filter(({at}) => isLater(at)).length;
}

/** All workers that are known to have lived without being seen, of all masters so far. */
export function missedSoFar({unseenCount, hiddenBefore, spawns, reaps}: Ledger): number {
  return unseenCount + hiddenBefore + (spawns?.hidden ?? 0) + (reaps?.hidden ?? 0);
}
