/**
 * Records about pids that no sample has shown: they wait for their worker, and tell of it when it was never seen.
 */
import type {Moment} from '../observation.js';
import {currentMaster} from './ledger.js';
import type {Ledger, MasterRecord, UnseenLife} from './ledger.js';
import type {Life, LogFact} from './life.js';
import {bootingLineWithinMs, unclaimedForMs} from './limits.js';
import {isOfCurrentMaster, logPidOf, printedBy} from './master-log.js';
import {isFarewell, withBooting} from './orders.js';
import {subjectOf, withLog} from './take-log.js';
import {withUnseen} from './unseen.js';

/** Hands a newly seen life the records that waited for it; the rest goes on waiting. */
export function claim(ledger: Ledger, life: Life): {readonly life: Life; readonly unclaimed: readonly LogFact[]} {
  const pid = logPidOf(life);
  const own = ledger.unclaimed.filter((fact) => subjectOf(fact.event) === pid);
  if (own.length === 0) return {life, unclaimed: ledger.unclaimed};
  const claimed = own.reduce(withLog, life);
  const booting = own.findLast(({event}) => event.event === 'booting');
  const master = currentMaster(ledger);
  return {
    life: booting && master ? withOrdersSince(ledger, master, claimed, booting) : claimed,
    unclaimed: ledger.unclaimed.filter((fact) => !own.includes(fact)),
  };
}

/** Its generation, and the order that came between its "Booting worker" and the sample that showed it. */
function withOrdersSince(ledger: Ledger, master: MasterRecord, life: Life, booting: LogFact): Life {
  const since = printedBy(ledger, master).filter(({order}) => order > booting.order);
  const reloads = since.filter(({event}) => event.event === 'hang-up').length;
  const born = withBooting(life, booting, master.generation - reloads);
  const fact = since.find(
    ({event}) => event.event === 'handling-signal' && ['hup', 'term', 'int', 'quit'].includes(event.signal),
  );
  if (!fact || fact.event.event !== 'handling-signal') return born;
  return {...born, order: {reason: fact.event.signal === 'hup' ? 'reload' : 'shutdown', fact}};
}

/**
 * Records whose worker was never seen become unseen lives, one for each "Booting worker"; other stray records are
 * dropped. Two gunicorns may write to one file: then only a life of which our master spoke is ours.
 */
export function settleUnclaimed(ledger: Ledger, now: Moment): Ledger {
  const ripe = ledger.unclaimed.filter((fact) => now.monotonicMs - fact.at.monotonicMs >= unclaimedForMs);
  if (ripe.length === 0) return ledger;
  const alone = !sharesItsLog(ledger);
  const settled = new Set(
    ripe.filter(({event}) => event.event === 'booting').map(({event}) => subjectOf(event) as number),
  );
  const told = [...settled].flatMap((pid): readonly UnseenLife[] => {
    const log = ledger.unclaimed.filter(({event}) => subjectOf(event) === pid);
    const isOurs = alone || log.some(({event}) => isFarewell(event) && event.event !== 'worker-exiting');
    const [first] = log;
    return first && isOurs ? [{at: first.at, pid, log}] : [];
  });
  return told.reduce(withTold, {
    ...ledger,
    unclaimed: ledger.unclaimed.filter((fact) => !ripe.includes(fact) && !settled.has(subjectOf(fact.event) as number)),
  });
}

/**
 * A life that the log told of: a new one, or what the log says of one that the kernel has counted already. Where the
 * kernel counts them all, one that it has not counted is another gunicorn's.
 */
function withTold(ledger: Ledger, life: UnseenLife): Ledger {
  const isContained = currentMaster(ledger)?.nsPid !== undefined;
  const isSame = (other: UnseenLife): boolean =>
    other.exit !== undefined &&
    Math.abs(other.at.monotonicMs - life.at.monotonicMs) <= bootingLineWithinMs &&
    (isContained ? other.log.length === 0 : other.pid === life.pid);
  const counted = ledger.unseen.findIndex(isSame);
  const known = ledger.unseen[counted];
  if (known) return {...ledger, unseen: ledger.unseen.with(counted, {...known, log: [...known.log, ...life.log]})};

  const since = ledger.kernel.connector;
  const isCounted = since !== undefined && since.monotonicMs <= life.at.monotonicMs;
  return isCounted ? ledger : withUnseen(ledger, life);
}

/** Whether another master prints to the same file: a USR2 successor, or a second service. */
function sharesItsLog(ledger: Ledger): boolean {
  const master = currentMaster(ledger);
  return (
    master?.successor !== undefined ||
    ledger.masterLog.some(
      ({at, event}) =>
        event.event !== 'bare-traceback' &&
        !isOfCurrentMaster(ledger, event) &&
        at.monotonicMs >= (master?.attachedAt.monotonicMs ?? 0),
    )
  );
}

/** The records that wait, by the name of no life: for what happened around a death. */
export function unseenNear(ledger: Ledger, at: Moment, withinMs: number): readonly LogFact[] {
  const isNear = (fact: LogFact): boolean => Math.abs(fact.at.monotonicMs - at.monotonicMs) <= withinMs;
  return [...ledger.unclaimed, ...ledger.unseen.flatMap(({log}) => log)].filter(isNear);
}
