/**
 * An exception while starting: an import, the configuration, a missing variable, a refused service, a bad app name.
 *
 * The worker prints the traceback itself and exits with 3 ("Worker failed to boot") or 4 ("App failed to load");
 * an ASGI lifespan that fails prints so and exits with 0, for ever.
 */
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {bootFailure, exitCode, exitEvidence, exitSignal, haltedNear, known, logEvidence} from '../facts.js';

export const bootError: CauseRule = {
  id: 'boot-error',
  means: 'an exception while starting: import, configuration, missing variable, refused service, bad app name',
  branch: 'boot',
  expected: false,
  judge(c) {
    const self = {supports: 'boot-error'} as const;
    const against = {contradicts: 'boot-error'} as const;
    if (c.life.booted === true) return ruledOut({source: 'heartbeat', fact: 'it had finished booting', ...against});
    const failure = bootFailure(c);
    const code = exitCode(c);
    const bootCode = code === 3 || code === 4;
    if (failure && (bootCode || failure.event.event === 'lifespan-failed' || code === undefined)) {
      const exit = exitEvidence(c, self);
      return confirmed(...known(logEvidence(failure, self), ...exit));
    }
    if (bootCode && c.life.booted === false) return likely(...exitEvidence(c, self));
    if (bootCode) return possible(...exitEvidence(c, self));
    if (exitSignal(c) !== undefined || code !== undefined) return ruledOut(...exitEvidence(c, against));
    const halted = haltedNear(c);
    const siblingFailed = c.siblings.endedNear.some((other) => other.booted === false);
    if (halted && c.life.booted === false && !siblingFailed) return likely(logEvidence(halted, self));
    return insufficient('the exit status', "the worker's own log records");
  },
};
