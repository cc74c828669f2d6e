/**
 * Who took whose place.
 *
 * gunicorn forks a replacement within milliseconds after it has reaped the dead worker. A reload forks the whole next
 * generation first, and a TTIN one worker more: those births find no open place, or one that was not theirs. A worker
 * that a TTOU took leaves no place behind.
 */
import type {Moment} from '../observation.js';
import {longestDrainMs} from './drain.js';
import {currentMaster, masterOf, withMaster} from './ledger.js';
import type {Ledger} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life} from './life.js';
import {ordersBirthWithinMs, replacementDueMs, replacementWithinMs} from './limits.js';

/** A life that was born, given its place. */
export function place(ledger: Ledger, born: Life): {readonly ledger: Ledger; readonly born: Life} {
  const next = withoutLateOrders(ledger, born.firstSeen);
  const ordered = currentMaster(next)?.birthsOrdered ?? [];
  if (born.isBornLater && born.kind !== 'dirty' && ordered.length > 0)
    return {
      ledger: withMaster(next, (master) => ({...master, birthsOrdered: ordered.slice(1)})),
      born: {...born, surplus: true},
    };
  const open = next.ended.findIndex((life) => isOpenFor(life, born));
  if (open !== -1) return {ledger: withEnded(next, open, {replacedBy: born.id}), born};
  const elder = next.ended.findIndex((life) => isElderOf(life, born) && !life.succeededBy && !life.replacedBy);
  const succeeded = elder === -1 ? next : withEnded(next, elder, {succeededBy: born.id});
  return {ledger: succeeded, born: {...born, surplus: born.isBornLater}};
}

/**
 * Gives those that ended lately the workers that were forked before to take over from them: at once where the
 * generations tell so, else when nobody was forked after the death.
 */
export function succeed(ledger: Ledger, now: Moment): Ledger {
  const sinceEndMs = ({end}: Life): number => (end ? now.monotonicMs - end.by.monotonicMs : Infinity);
  const first = ledger.ended.findLastIndex((life) => sinceEndMs(life) > 2 * replacementDueMs) + 1;
  return ledger.ended.slice(first).reduce((next, life, offset) => {
    if (life.succeededBy || life.replacedBy || life.kind === 'dirty' || life.order?.reason === 'scale-down')
      return next;
    const heir = heirOf(next, life, sinceEndMs(life));
    return heir ? withEnded(next, first + offset, {succeededBy: heir.id}) : next;
  }, ledger);
}

/** The oldest worker of a later generation, or else the oldest surplus one, that took over from nobody yet. */
function heirOf(ledger: Ledger, life: Life, sinceEndMs: number): Life | undefined {
  const settings = masterOf(ledger, life)?.settings ?? {};
  const mayFollow = (other: Life): boolean =>
    isElderOf(life, other) ||
    (sinceEndMs >= replacementDueMs &&
      sameProcess(life.master, other.master) &&
      other.firstSeen.monotonicMs > life.firstSeen.monotonicMs &&
      life.lastSeen.monotonicMs - other.firstSeen.monotonicMs <= longestDrainMs(settings));
  return ledger.living.find(
    (other) => (other.surplus || isElderOf(life, other)) && mayFollow(other) && !hasPlace(ledger, other),
  );
}

function hasPlace(ledger: Ledger, {id}: Life): boolean {
  const isIt = (other: Life['replacedBy']): boolean => other !== undefined && sameProcess(other, id);
  return ledger.ended.some(({succeededBy, replacedBy}) => isIt(succeededBy) || isIt(replacedBy));
}

/** The worker that was given the place of this one takes another that is open, or none: this one left no place behind. */
export function leavePlace(ledger: Ledger, {replacedBy}: Life): Ledger {
  const born = replacedBy && ledger.living.find(({id}) => sameProcess(id, replacedBy));
  if (!born) return ledger;
  const open = ledger.ended.findIndex((life) => isOpenFor(life, born));
  if (open !== -1) return withEnded(ledger, open, {replacedBy: born.id});
  return {...ledger, living: ledger.living.map((life) => (life === born ? {...born, surplus: true} : life))};
}

/** The ledger without this life, which was no worker, or is not dead: whoever was given its place has it no more. */
export function withdraw(ledger: Ledger, life: Life): Ledger {
  const isBorn = (id: Life['replacedBy']): boolean => id !== undefined && sameProcess(id, life.id);
  const ended = ledger.ended
    .filter((other) => !sameProcess(other.id, life.id))
    .map((other) => {
      const {replacedBy, succeededBy, ...rest} = other;
      if (!isBorn(replacedBy) && !isBorn(succeededBy)) return other;
      return {
        ...rest,
        ...(replacedBy && !isBorn(replacedBy) && {replacedBy}),
        ...(succeededBy && !isBorn(succeededBy) && {succeededBy}),
      };
    });
  return {...ledger, ended};
}

function withEnded(ledger: Ledger, index: number, change: Partial<Life>): Ledger {
  const life = ledger.ended[index];
  return life ? {...ledger, ended: ledger.ended.with(index, {...life, ...change})} : ledger;
}

/** The place is open for a while after a death, but not after that of a worker that was not wanted any more. */
function isOpenFor(life: Life, born: Life): boolean {
  return (
    !life.replacedBy &&
    !life.succeededBy &&
    life.end !== undefined &&
    born.firstSeen.monotonicMs - life.end.by.monotonicMs < replacementWithinMs &&
    sameProcess(life.master, born.master) &&
    (life.kind === 'dirty') === (born.kind === 'dirty') &&
    life.order?.reason !== 'scale-down' &&
    life.generation >= born.generation
  );
}

function isElderOf(life: Life, born: Life): boolean {
  return (
    sameProcess(life.master, born.master) &&
    life.kind !== 'dirty' &&
    born.kind !== 'dirty' &&
    life.generation < born.generation
  );
}

/** A TTIN that had no birth was for a worker that was seen before its record was read. */
function withoutLateOrders(ledger: Ledger, now: Moment): Ledger {
  return withMaster(ledger, (master) => {
    const open = master.birthsOrdered.filter((at) => now.monotonicMs - at.monotonicMs <= ordersBirthWithinMs);
    return open.length === master.birthsOrdered.length ? master : {...master, birthsOrdered: open};
  });
}
