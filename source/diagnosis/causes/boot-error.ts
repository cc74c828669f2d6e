/**
 * An exception while starting: an import, the configuration, a missing variable, a refused service, a bad app name.
 *
 * The worker prints the traceback itself and exits with 3 ("Worker failed to boot") or 4 ("App failed to load");
 * an ASGI lifespan that fails prints so and exits with 0 up to gunicorn 26, for ever.
 */
import {bootFailureOf, bootFailureSentence} from '../../gunicorn/boot-failure.js';
import type {Circumstances} from '../../ledger/circumstances.js';
import type {LogFact} from '../../ledger/life.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitCode, exitEvidence, exitSignal, known, logEvidence, ownLine} from '../facts.js';
import {bootFailure, haltedNear, otherWords, seemsToHaveFailed} from '../own-words.js';
import type {Evidence} from '../verdict.js';

export const bootError: CauseRule = {
  id: 'boot-error',
  means: 'an exception while starting: import, configuration, missing variable, refused service, bad app name',
  branch: 'boot',
  expected: false,
  judge(c) {
    const self = {supports: 'boot-error'} as const;
    const against = {contradicts: 'boot-error'} as const;
    const failure = bootFailure(c);
    const code = exitCode(c);
    const isBootCode = code === 3 || code === 4;
    if (failure && (isBootCode || code === undefined || failure.event.event === 'lifespan-failed'))
      return confirmed(...known(logEvidence(failure, self), whatFailed(c, failure), ...exitEvidence(c, self)));
    if (c.booted === true) return ruledOut({source: 'heartbeat', fact: 'it had finished booting', ...against});
    if (isBootCode) {
      const evidence = exitEvidence(c, self);
      return c.booted === false ? likely(...evidence) : possible(...evidence);
    }
    if (exitSignal(c) !== undefined || code !== undefined) return ruledOut(...exitEvidence(c, against));
    const words = otherWords(c, 'boot-error');
    if (words) return ruledOut(words);
    const maybe = ownLine(c, 'exception-in-worker', self) ?? ownLine(c, 'app-load-error', self);
    if (maybe) return likely(maybe);
    const halted = seemsToHaveFailed(c) ? haltedNear(c) : undefined;
    if (halted) return likely(...known(logEvidence(halted, self), ownLine(c, 'worker-exiting', self)));
    const {goneAt, id} = c.master;
    if (c.booted === false && goneAt && goneAt.monotonicMs >= c.end.at.monotonicMs && !c.life.replacedBy)
      return possible({source: 'processes', fact: `master ${id.pid} ended after it`, atMs: goneAt.wallMs, ...self});
    return insufficient('the exit status', "the worker's own log records");
  },
};

/** What the traceback says went wrong; a record without one has said it already. */
function whatFailed({settings}: Circumstances, {at, event}: LogFact): Evidence | undefined {
  const {traceback} = event;
  const failure = traceback && bootFailureOf({traceback, ...(settings.app && {app: settings.app.value})});
  return (
    failure && {
      source: 'log',
      fact: bootFailureSentence(failure),
      atMs: event.wallMs ?? at.wallMs,
      supports: 'boot-error',
      ...(event.loose && {loose: true}),
    }
  );
}
