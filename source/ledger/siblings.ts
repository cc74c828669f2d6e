/** The other workers of the same master around a death. */
import type {Moment} from '../observation.js';
import type {Ledger} from './ledger.js';
import {said, sameProcess} from './life.js';
import type {Life, LifeEnd} from './life.js';
import {wereSteady} from './steadiness.js';
import {masterOf} from './ledger.js';
import {longestDrainMs} from './drain.js';
import {replacementWithinMs} from './limits.js';

export type Siblings = {
  readonly living: readonly Life[];
  /** Ended within two seconds of this one. */
  readonly endedNear: readonly Life[];
  /** Ended so close to this one that whoever was forked in its place may have been meant for theirs. */
  readonly endedAround: readonly Life[];
  /** Born before this death, not too long before it to have anything to do with it, and in nobody's open place. */
  readonly surplus: readonly Life[];
  /** Born before this death and no earlier than this one. */
  readonly bornMeanwhile: readonly Life[];
  /** Whoever was forked in its place, living or ended. */
  readonly replacement?: Life;
  /** Whether this one was the oldest worker when it ended. */
  readonly thisWasOldest: boolean;
  /** Whether nobody else was born or ended around the order to this one, so that it is known who was meant. */
  readonly wereSteadyAtOrder: boolean;
  /** Whether this one said that it leaves before all that ended with it did; undefined when that was not printed. */
  readonly thisLeftFirst?: boolean;
  /** Another that the kernel killed for memory before this one ended, and no longer before than a drain takes. */
  readonly killedForMemory?: Life;
};

/** What ends this close to a death may have ended with it. */
export const nearMs = 2000;

export function siblingsOf(ledger: Ledger, life: Life & {readonly end: LifeEnd}): Siblings {
  const endMs = life.end.at.monotonicMs;
  const drainMs = longestDrainMs(masterOf(ledger, life)?.settings ?? {});
  const isOther = (other: Life): boolean =>
    sameProcess(other.master, life.master) && !sameProcess(other.id, life.id) && other.kind !== 'dirty';
  const endMsOf = (other: Life): number => other.end?.at.monotonicMs ?? Infinity;
  const living = ledger.living.filter(isOther);
  // They are in order of death, and this death is one of the last.
  const first = ledger.ended.findLastIndex((other) => endMsOf(other) < endMs - replacementWithinMs) + 1;
  const ended = ledger.ended.slice(first).filter(isOther);
  const atDeath = [...living, ...ended.filter((other) => endMsOf(other) > endMs)].filter(
    (other) => other.firstSeen.monotonicMs <= endMs,
  );
  const endedNear = ended.filter((other) => Math.abs(endMsOf(other) - endMs) <= nearMs);
  const leftAt = said(life, 'worker-exiting')?.order;
  const isBefore = (at: Moment): boolean => at.monotonicMs <= endMs && endMs - at.monotonicMs <= drainMs;
  const killedForMemory = [...ledger.ended, ...ledger.living].findLast(
    (other) => isOther(other) && other.kernel?.some(({kind, at}) => kind === 'memory-victim' && isBefore(at)) === true,
  );
  const {replacedBy} = life;
  const replacement = replacedBy && [...ledger.living, ...ledger.ended].find(({id}) => sameProcess(id, replacedBy));
  return {
    living,
    ...(replacement && {replacement}),
    bornMeanwhile: atDeath.filter(({id}) => id.startTicks >= life.id.startTicks),
    endedNear,
    endedAround: ended.filter((other) => endMsOf(other) <= endMs + replacementWithinMs && !other.order),
    surplus: atDeath.filter(
      (other) =>
        other.surplus &&
        other.firstSeen.monotonicMs > life.firstSeen.monotonicMs &&
        endMs - other.firstSeen.monotonicMs <= drainMs,
    ),
    thisWasOldest: atDeath.every((other) => other.id.startTicks >= life.id.startTicks),
    ...(killedForMemory && {killedForMemory}),
    wereSteadyAtOrder: wereSteady(ledger, life, [...living, ...ledger.ended.filter(isOther)]),
    ...(leftAt !== undefined && {
      thisLeftFirst: endedNear.every((other) => (said(other, 'worker-exiting')?.order ?? Infinity) > leftAt),
    }),
  };
}
