/**
 * Finds the worker that could not load its application.
 *
 * gunicorn prints the reason ("Failed to find attribute 'app' in 'shop'.") without a header, and the worker's own
 * "Worker exiting" follows within a millisecond. So it waits for the next booting worker to say that it leaves; read
 * from a file of its own, it may also come just after that.
 */
import type {Ledger} from './ledger.js';
import type {Life, LogFact} from './life.js';
import {unclaimedForMs} from './limits.js';

const mostWaiting = 20;

/** Whether the record is such a line, of which the worker is not known. */
export function isBareLoadError({event}: LogFact): boolean {
  return event.event === 'app-load-error' && event.emitterPid === undefined;
}

/** Keeps the bare line until a worker says that it leaves. */
export function holdLoadError(ledger: Ledger, fact: LogFact): Ledger {
  return {...ledger, loadErrors: [...ledger.loadErrors.slice(1 - mostWaiting), fact]};
}

/** The oldest line that waits, as said by the worker of this pid, and the ledger without it. */
export function takeLoadError(
  ledger: Ledger,
  pid: number,
): {readonly ledger: Ledger; readonly loadErrors: readonly LogFact[]} {
  const [oldest, ...rest] = ledger.loadErrors;
  return oldest ? {ledger: {...ledger, loadErrors: rest}, loadErrors: [saidBy(pid, oldest)]} : {ledger, loadErrors: []};
}

export function saidBy(pid: number, fact: LogFact): LogFact {
  return {...fact, event: {...fact.event, emitterPid: pid}};
}

/** Whether a worker that says that it leaves may be one that could not load its application. */
export function mayHaveFailedToLoad(life: Life): boolean {
  return life.booted !== true && !life.log.some(({event}) => failures.has(event.event));
}

const failures: ReadonlySet<LogFact['event']['event']> = new Set([
  'exception-in-worker',
  'app-load-error',
  'lifespan-failed',
]);

/** Lines that nobody left after are dropped: another program printed them. */
export function dropOldLoadErrors(ledger: Ledger, nowMs: number): Ledger {
  const [oldest] = ledger.loadErrors;
  if (!oldest || nowMs - oldest.at.monotonicMs < unclaimedForMs) return ledger;
  return {...ledger, loadErrors: ledger.loadErrors.filter(({at}) => nowMs - at.monotonicMs < unclaimedForMs)};
}
