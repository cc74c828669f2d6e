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
  const staying = ledger.living.filter((life) => isOfMaster(ledger, life) && isStaying(life));
  const oldest = staying.toSorted((a, b) => a.id.startTicks - b.id.startTicks || a.id.pid - b.id.pid)[0];
  return staying.length > 1 ? giveOrder(ledger, {reason: 'scale-down', fact}, (life) => life === oldest) : ledger;
}

function giveOrder(ledger: Ledger, order: Order, concerns: (life: Life) => boolean = () => true): Ledger {
  return {
    ...ledger,
    living: ledger.living.map((life) =>
      isOfMaster(ledger, life) && isStaying(life) && concerns(life) ? {...life, order} : life,
    ),
  };
}

function isOfMaster(ledger: Ledger, life: Life): boolean {
  const master = currentMaster(ledger);
  return master !== undefined && life.kind !== 'dirty' && sameProcess(life.master, master.id);
}

/** Neither told to leave nor leaving for a reason of its own. */
function isStaying(life: Life): boolean {
  return life.order === undefined && !life.log.some(({event}) => isFarewell(event));
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
