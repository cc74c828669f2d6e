/** What a deliberate stop of a worker looks like from outside, which reload, scale-down, upgrade and shutdown share. */
import type {Circumstances} from '../../ledger/circumstances.js';
import type {Cause, Evidence} from '../verdict.js';
import {exitCode, exitEvidence, exitSignal, ownLine} from '../facts.js';

/** The exit status, when a worker that was asked to leave does not end like that: by another signal, or with an error code. */
export function notDeliberate(c: Circumstances, cause: Cause): Evidence | undefined {
  const signal = exitSignal(c);
  const code = exitCode(c);
  const isOdd = (signal !== undefined && signal !== 'SIGTERM') || (code !== undefined && code !== 0);
  return isOdd ? exitEvidence(c, {contradicts: cause})[0] : undefined;
}

/** gunicorn's own line for the pid, or the exit status, that shows a deliberate stop: needed before anything is certain. */
export function ownFarewell(c: Circumstances, cause: Cause): Evidence | undefined {
  const self = {supports: cause} as const;
  return ownLine(c, 'worker-exiting', self) ?? exitEvidence(c, self)[0];
}
