/** The moment before which a worker is looked at to tell what it did: before it was told to leave, or began to. */
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import {printedAtMs} from '../ledger/printed-at.js';
import type {SignalSent} from '../observation.js';
import {haltedNear, timeoutLine} from './own-words.js';
import {outsideSignal, stopSignals} from './senders.js';
import {onsetMarginMs, quitPauseMs} from './thresholds.js';
import type {Cause} from './verdict.js';

/** Monotonic milliseconds; infinity where nothing came before its end. A log record is read up to one sample after it was printed. */
export function lookUntilMs(c: Circumstances, cause: Cause): number {
  if (cause === 'timeout') return (timeoutLine(c)?.at.monotonicMs ?? abortDueMs(c) ?? Infinity) - onsetMarginMs;
  const killed = c.kernel.signals.find(({signal}) => signal === 'SIGKILL');
  return (
    Math.min(
      leaveToldMs(c, cause) ?? Infinity,
      leavingSinceMs(c, cause) ?? Infinity,
      killed?.at.monotonicMs ?? Infinity,
    ) - onsetMarginMs
  );
}

/** Where the log does not tell when a silent worker was aborted: the arbiter does not do it before this. */
function abortDueMs({silence, timeoutSeconds, end}: Circumstances): number | undefined {
  if (!silence || !timeoutSeconds) return undefined;
  return end.by.monotonicMs - silence.atMostMs + timeoutSeconds * 1000 + onsetMarginMs;
}

/**
 * When it was told to leave, or lost its master; monotonic milliseconds. A service manager that signals the whole
 * control group tells a worker before its master has printed a word.
 */
export function leaveToldMs(c: Circumstances, cause: Cause): number | undefined {
  if (cause === 'master-lost' && !c.life.order) return c.master.goneAt?.monotonicMs;
  const fact = c.life.order?.fact ?? (cause === 'gave-up' ? (c.master.haltedBy?.fact ?? haltedNear(c)) : undefined);
  const told = signalToLeave(c, cause);
  if (!fact) return told?.at.monotonicMs ?? (cause === 'reload' ? firstOfNextMs(c) : undefined);
  return Math.min(printedAtMs(fact), told?.at.monotonicMs ?? Infinity);
}

function signalToLeave(c: Circumstances, cause: Cause): SignalSent | undefined {
  if (cause === 'signalled') return outsideSignal(c);
  return leavesInOrder.has(cause) ? c.kernel.signals.find(({signal}) => stopSignals.includes(signal)) : undefined;
}

/** A HUP forks the next generation first, and then tells this one to leave (arbiter.py reload). */
function firstOfNextMs({siblings: {surplus}}: Circumstances): number | undefined {
  return surplus.length === 0 ? undefined : Math.min(...surplus.map(({firstSeen}) => firstSeen.monotonicMs));
}

/** Ends for which a worker finishes its requests, and says farewell, first. */
export const leavesInOrder: ReadonlySet<Cause> = new Set([
  ...(['signalled', 'clean-exit', 'code-reload', 'reload', 'upgrade', 'scale-down'] as const),
  ...(['shutdown', 'service-restart', 'gave-up', 'master-lost'] as const),
]);

/**
 * When a worker whose order to leave is not known began to, monotonic milliseconds: by its own first word about it, and
 * without a word shortly before its end.
 */
function leavingSinceMs(c: Circumstances, cause: Cause): number | undefined {
  // What is not known to have left in order is looked at before its farewell where it said one, and else at its end.
  const saidFarewell = cause === 'unknown' && said(c.life, 'worker-exiting') !== undefined;
  if (!leavesInOrder.has(cause) && !saidFarewell) return undefined;
  const word = said(c.life, cause === 'code-reload' ? 'code-changed' : 'worker-exiting');
  return (word ? printedAtMs(word) : c.end.at.monotonicMs) - quitPauseMs;
}
