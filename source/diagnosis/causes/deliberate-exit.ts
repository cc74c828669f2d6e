/** What a stop of a worker looks like from outside, which reload, scale-down, upgrade, shutdown and signals share. */
import {isAtLeast} from '../../gunicorn/versions.js';
import type {Circumstances} from '../../ledger/circumstances.js';
import type {Cause, Evidence} from '../verdict.js';
import {exitCode, exitEvidence, exitSignal, logHasNo, ownLine} from '../facts.js';
import {bootFailurePrintedWithinMs} from '../thresholds.js';

/** The exit status, when a worker that was asked to leave does not end like that: by another signal, or with an error code. */
export function notDeliberate(c: Circumstances, cause: Cause): Evidence | undefined {
  const signal = exitSignal(c);
  const code = exitCode(c);
  const endsOddly = signal !== undefined && signal !== 'SIGTERM' && !metOnTheWayOut(c, signal);
  const isOdd = endsOddly || (code !== undefined && code !== 0);
  return isOdd ? exitEvidence(c, {contradicts: cause})[0] : undefined;
}

/**
 * Whether it had said its farewell and was leaving when the signal came: Python gives up its handlers first, and then
 * the USR1 of a log rotation, which its master passes on to all workers, ends what was ending anyway.
 */
function metOnTheWayOut(c: Circumstances, signal: string): boolean {
  return ['SIGUSR1', 'SIGINT', 'SIGQUIT'].includes(signal) && ownLine(c, 'worker-exiting', {}) !== undefined;
}

/**
 * A worker that says nothing on its way out was ended by a signal or os._exit, also when it ended with 0. Only
 * gunicorn's own classes always say it: a UvicornWorker raises its SIGTERM again instead.
 */
export function leftWithoutWord(c: Circumstances, cause: Cause): Evidence | undefined {
  if (exitSignal(c) !== undefined || ownLine(c, 'worker-exiting', {})) return undefined;
  if (c.workerClass === undefined || c.workerClass.name === 'uvicorn') return undefined;
  return logHasNo(
    c,
    '"Worker exiting" of it',
    {withinMs: bootFailurePrintedWithinMs, hidden: true},
    {contradicts: cause},
  );
}

/**
 * What shows that a worker left in order, needed before anything is certain: "Worker exiting", which every class prints
 * that leaves through Python, or the SIGTERM that it was sent. An exit with 0 alone may be os._exit.
 */
export function ownFarewell(c: Circumstances, cause: Cause): Evidence | undefined {
  const self = {supports: cause} as const;
  return ownLine(c, 'worker-exiting', self) ?? (exitSignal(c) === 'SIGTERM' ? exitEvidence(c, self)[0] : undefined);
}

/** Where there is no log to show more, the exit status of a worker that may have left in order. */
export function orderlyExit(c: Circumstances, cause: Cause): Evidence | undefined {
  return ownFarewell(c, cause) ?? (exitCode(c) === 0 ? exitEvidence(c, {supports: cause})[0] : undefined);
}

/** Whether sys.exit in a request may end the worker: not where the class catches it (sync.py 22.0:198, ggevent.py 26.1:127). */
export function sysExitEnds({workerClass, version}: Circumstances): boolean {
  return !(workerClass?.name === 'gevent' || (workerClass?.name === 'sync' && isAtLeast(version, '22.0') === true));
}

/** Whether a SIGABRT from outside ends in the worker's own handler: a UvicornWorker puts the default back, and dies of it as by abort(). */
export function handlesAbort({workerClass}: Circumstances): boolean {
  return workerClass?.name !== 'uvicorn';
}
