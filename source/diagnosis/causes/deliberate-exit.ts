/** What a deliberate stop of a worker looks like from outside, which reload, scale-down, upgrade and shutdown share. */
import type {Circumstances} from '../../ledger/circumstances.js';
import type {Cause, Evidence} from '../verdict.js';
import {exitCode, exitEvidence, exitSignal, ownLine} from '../facts.js';

/**
 * Evidence against a deliberate stop: the worker was killed for a timeout, died of another signal than SIGTERM, left
 * with an error code, or left for a reason of its own. Undefined when it may have been one.
 */
export function notDeliberate(c: Circumstances, cause: Cause): Evidence | undefined {
  const against = {contradicts: cause} as const;
  const signal = exitSignal(c);
  const code = exitCode(c);
  const overran = ownLine(c, 'worker-timeout', against);
  if (overran) return overran;
  if (signal !== undefined && signal !== 'SIGTERM') return exitEvidence(c, against)[0];
  if (code !== undefined && code !== 0) return exitEvidence(c, against)[0];
  return (
    ownLine(c, 'autorestarting', against) ??
    ownLine(c, 'code-changed', against) ??
    ownLine(c, 'parent-changed', against)
  );
}

/** gunicorn's own line for the pid, or the exit status, that shows a deliberate stop: needed before anything is certain. */
export function ownFarewell(c: Circumstances, cause: Cause): Evidence | undefined {
  const self = {supports: cause} as const;
  return ownLine(c, 'worker-exiting', self) ?? exitEvidence(c, self)[0];
}
