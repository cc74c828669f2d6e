/**
 * Whether it is known whom an order to leave was meant for. The arbiter takes the oldest worker that it has at that
 * moment, and the ledger the oldest that it knows: both are the same while nobody comes or goes.
 */
import type {Moment} from '../observation.js';
import type {Ledger} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life, LogFact, Order} from './life.js';
import {recordReadWithinMs} from './limits.js';

/** Nobody came or went in the second and a half before its record was read, and until the next samples have shown all of that. */
export function wereSteady(ledger: Ledger, {order, ...life}: Life, others: readonly Life[]): boolean {
  if (!order) return true;
  const orderMs = order.fact.at.monotonicMs;
  const isAround = (from: Moment | undefined, to = from): boolean =>
    from !== undefined &&
    to !== undefined &&
    to.monotonicMs >= orderMs - recordReadWithinMs &&
    from.monotonicMs <= orderMs + recordReadWithinMs;
  const master = ledger.masters.find(({id}) => sameProcess(id, life.master));
  return (
    !isAround(master?.firstSampleAt, master?.firstSampleBy) &&
    !others.some(
      (other) => isAround(other.firstSeen, other.firstSeenBy) || (other.end && isAround(other.lastSeen, other.end.by)),
    ) &&
    !mayMeanOneToldBefore(ledger, order, others)
  );
}

/**
 * A worker that was told to leave before and has not left is told again, as the oldest, where another has ended or one
 * more was wanted since: the arbiter counts it among those that it has (arbiter.py manage_workers).
 */
function mayMeanOneToldBefore({masterLog}: Ledger, {fact}: Order, others: readonly Life[]): boolean {
  const nowMs = fact.at.monotonicMs;
  const lingering = others.flatMap(({order, end}) =>
    order && order.fact.order < fact.order && !(end && end.by.monotonicMs <= nowMs) ? [order.fact] : [],
  );
  return lingering.some((before) => {
    const sinceMs = before.at.monotonicMs - recordReadWithinMs;
    return (
      others.some(({end}) => end && end.by.monotonicMs > sinceMs && end.by.monotonicMs <= nowMs) ||
      masterLog.some(({order, event}) => order > before.order && order < fact.order && isScaleUp(event))
    );
  });
}

function isScaleUp(event: LogFact['event']): boolean {
  return event.event === 'handling-signal' && event.signal === 'ttin';
}
