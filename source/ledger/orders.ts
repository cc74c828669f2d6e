/**
 * What a master was told to do, carried to the workers that it makes leave, and to the births that it makes.
 *
 * A record is folded in the order in which it was printed. So an order concerns the workers that are there and have not
 * begun to leave; a worker whose "Booting worker" comes after it was forked because of it, or later.
 */
import type {Moment} from '../observation.js';
import {longestDrainMs} from './drain.js';
import {currentMaster, withMaster} from './ledger.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life, LogFact, Order} from './life.js';
import {recordReadWithinMs} from './limits.js';
import {isOfCurrentMaster} from './master-log.js';
import {withScale} from './wanted-workers.js';
import {leavePlace} from './replacements.js';

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
      return takeScaleDown(
        withMaster(ledger, (master) => withScale(master, -1)),
        fact,
      );
    case 'ttin':
      return withMaster(ledger, (master) => ({
        ...withScale(master, 1),
        birthsOrdered: [...master.birthsOrdered, fact.at].slice(-50),
      }));
    default:
      return ledger;
  }
}

/** The settings are read again, the log level among them: that INFO records are printed has to be seen anew. */
function takeReload(ledger: Ledger): Ledger {
  return {
    ...withMaster(ledger, (master) => withScale({...master, generation: master.generation + 1}, 'setting')),
    log: {...ledger.log, showsInfo: false},
  };
}

/** The oldest worker that was not told before has to go, unless it is the only one left (arbiter.py handle_ttou). */
function takeScaleDown(ledger: Ledger, fact: LogFact): Ledger {
  const order: Order = {reason: 'scale-down', fact};
  const staying = [...ledger.ended, ...ledger.living].filter((life) => mayConcern(ledger, life, order));
  // One that was missed and who was forked in its place were never there together.
  const together = staying.filter(({id}) => !staying.some(({replacedBy}) => replacedBy && sameProcess(replacedBy, id)));
  const oldest = together.toSorted((a, b) => a.id.startTicks - b.id.startTicks || a.id.pid - b.id.pid)[0];
  if (!oldest || together.length < 2) return ledger;
  return leavePlace(
    giveOrder(ledger, order, (life) => life === oldest),
    oldest,
  );
}

function giveOrder(ledger: Ledger, order: Order, concerns: (life: Life) => boolean = () => true): Ledger {
  const given = (life: Life): Life =>
    mayConcern(ledger, life, order) && concerns(life) ? withOrder(life, order) : life;
  const ended = ledger.ended.some((life) => mayConcern(ledger, life, order));
  return {...ledger, living: ledger.living.map(given), ended: ended ? ledger.ended.map(given) : ledger.ended};
}

/** Who seemed to take the place of a worker that was told to leave had been forked beforehand, or for another. */
function withOrder(life: Life, order: Order): Life {
  const {replacedBy, ...rest} = life;
  return {...rest, order, ...(replacedBy && order.reason === 'reload' && {succeededBy: replacedBy})};
}

/**
 * A worker of this master that was neither told to leave nor leaving for a reason of its own. One that was missed
 * since the log was read last may have ended because of the order; but a master that stops forks nobody.
 */
function mayConcern(ledger: Ledger, life: Life, {reason, fact: {at}}: Order): boolean {
  const master = currentMaster(ledger);
  if (master === undefined || life.kind === 'dirty' || !sameProcess(life.master, master.id)) return false;
  const wasObeyed = life.order !== undefined && !isStale(life.order, at, master);
  if (wasObeyed || life.log.some(({event}) => isFarewell(event))) return false;
  if (!life.end) return true;
  const wasMissedNow = at.monotonicMs - life.end.by.monotonicMs <= recordReadWithinMs;
  return wasMissedNow && (reason !== 'shutdown' || !life.replacedBy);
}

/** A TTOU that was not obeyed within the longest drain was meant for another worker. */
function isStale({reason, fact}: Order, at: Moment, {settings}: MasterRecord): boolean {
  return reason === 'scale-down' && at.monotonicMs - fact.at.monotonicMs > longestDrainMs(settings);
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
