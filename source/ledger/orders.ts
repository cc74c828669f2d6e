/**
 * What a master was told to do, carried to the workers that it makes leave, and to the births that it makes.
 *
 * A record is folded in the order in which it was printed. So an order concerns the workers that are there and have not
 * begun to leave; a worker whose "Booting worker" comes after it was forked because of it, or later.
 */
import {currentMaster, withMaster} from './ledger.js';
import type {Ledger} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life, LogFact, Order} from './life.js';
import {recordReadWithinMs} from './limits.js';
import {isOfCurrentMaster} from './master-log.js';

/** Carries one record of a master to the lives that it concerns. */
export function takeOrder(ledger: Ledger, fact: LogFact): Ledger {
  const {event} = fact;
  if (!isOfCurrentMaster(ledger, event)) return ledger;
  if (event.event === 'hang-up') return takeReload(giveOrder(ledger, {reason: 'reload', fact}));
  if (event.event !== 'handling-signal') return ledger;
  switch (event.signal) {
    case 'term':
    case 'int':
    case 'quit':
      return giveOrder(ledger, {reason: 'shutdown', fact});
    case 'hup':
      return giveOrder(ledger, {reason: 'reload', fact});
    case 'ttou':
      return takeScaleDown(ledger, fact);
    case 'ttin':
      return withMaster(ledger, (master) => ({
        ...master,
        birthsOrdered: [...master.birthsOrdered, fact.at].slice(-50),
      }));
    default:
      return ledger;
  }
}

/** The settings are read again, the log level among them: that INFO records are printed has to be seen anew. */
function takeReload(ledger: Ledger): Ledger {
  return {
    ...withMaster(ledger, (master) => ({...master, generation: master.generation + 1})),
    log: {...ledger.log, showsInfo: false},
  };
}

/** The oldest worker that was not told before has to go, unless it is the only one left (arbiter.py handle_ttou). */
function takeScaleDown(ledger: Ledger, fact: LogFact): Ledger {
  const staying = [...ledger.ended, ...ledger.living].filter((life) => mayConcern(ledger, life, fact));
  const oldest = staying.toSorted((a, b) => a.id.startTicks - b.id.startTicks || a.id.pid - b.id.pid)[0];
  return staying.length > 1 ? giveOrder(ledger, {reason: 'scale-down', fact}, (life) => life === oldest) : ledger;
}

function giveOrder(ledger: Ledger, order: Order, concerns: (life: Life) => boolean = () => true): Ledger {
  const given = (life: Life): Life =>
    mayConcern(ledger, life, order.fact) && concerns(life) ? {...life, order} : life;
  const ended = ledger.ended.some((life) => mayConcern(ledger, life, order.fact));
  return {...ledger, living: ledger.living.map(given), ended: ended ? ledger.ended.map(given) : ledger.ended};
}

/**
 * A worker of this master that was neither told to leave nor leaving for a reason of its own. One that was missed
 * since the log was read last may have ended because of the order.
 */
function mayConcern(ledger: Ledger, life: Life, {at}: LogFact): boolean {
  const master = currentMaster(ledger);
  if (master === undefined || life.kind === 'dirty' || !sameProcess(life.master, master.id)) return false;
  if (life.order !== undefined || life.log.some(({event}) => isFarewell(event))) return false;
  return !life.end || (!life.replacedBy && at.monotonicMs - life.end.at.monotonicMs <= recordReadWithinMs);
}

/** Records that come at the end of a life: its own, or its master's about it. */
export function isFarewell({event}: LogFact['event']): boolean {
  return event === 'worker-exiting' || event === 'exited-with-code' || event === 'died-by-signal';
}

/**
 * A life with its generation and orders as its "Booting worker" record tells them: that record tells exactly what came
 * before its fork, where a sample only tells it to a quarter of a second.
 */
export function withBooting(life: Life, booting: LogFact, generation: number): Life {
  const {order, ...rest} = life;
  const isLater = order !== undefined && order.fact.order > booting.order;
  return {...rest, generation, ...(isLater && {order})};
}
