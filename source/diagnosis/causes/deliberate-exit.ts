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
  const isOdd = (signal !== undefined && signal !== 'SIGTERM') || (code !== undefined && code !== 0);
  return isOdd ? exitEvidence(c, {contradicts: cause})[0] : undefined;
}

/**
 * A worker that says nothing on its way out was ended by a signal or os._exit. Only gunicorn's own classes always say
 * it: a UvicornWorker raises its SIGTERM again instead.
 */
export function leftWithoutWord(c: Circumstances, cause: Cause): Evidence | undefined {
  if (c.exit || ownLine(c, 'worker-exiting', {})) return undefined;
  if (c.workerClass === undefined || c.workerClass.name === 'uvicorn') return undefined;
  return logHasNo(
    c,
    '"Worker exiting" of it',
    {withinMs: bootFailurePrintedWithinMs, hidden: true},
    {contradicts: cause},
  );
}

/** gunicorn's own line for the pid, or the exit status, that shows a deliberate stop: needed before anything is certain. */
export function ownFarewell(c: Circumstances, cause: Cause): Evidence | undefined {
  const self = {supports: cause} as const;
  return ownLine(c, 'worker-exiting', self) ?? exitEvidence(c, self)[0];
}

/** Whether sys.exit in a request may end the worker: not where the class catches it (sync.py 22.0:198, ggevent.py 26.1:127). */
export function sysExitEnds({workerClass, version}: Circumstances): boolean {
  return !(workerClass?.name === 'gevent' || (workerClass?.name === 'sync' && isAtLeast(version, '22.0') === true));
}
