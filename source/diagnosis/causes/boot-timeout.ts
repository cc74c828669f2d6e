/**
 * Booting took longer than `timeout`. gunicorn up to 21.2 kills for that; since 22.0 it never does, because the
 * heartbeat file's first time stamp is a wall clock that is compared with a monotonic one: that is the state `hung-boot`.
 */
import {killsHungBoot} from '../../gunicorn/versions.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {heartbeatWasFresh, heartbeatWasSilent, known, logEvidence, logHasNo} from '../facts.js';
import {otherWords, timeoutLine} from '../own-words.js';
import {abortedByMaster} from '../senders.js';
import {killedAfterTimeoutLineMs} from '../thresholds.js';

export const bootTimeout: CauseRule = {
  id: 'boot-timeout',
  means: 'booting took longer than timeout, and gunicorn (21.2 and older) killed the worker for it',
  branch: 'boot',
  expected: false,
  judge(c) {
    const self = {supports: 'boot-timeout'} as const;
    const against = {contradicts: 'boot-timeout'} as const;
    if (c.booted === true) return ruledOut({source: 'heartbeat', fact: 'it had finished booting', ...against});
    if (killsHungBoot(c.version) === false)
      return ruledOut({
        source: 'settings',
        fact: `gunicorn ${c.version} never kills a worker that is booting`,
        ...against,
      });
    const line = timeoutLine(c);
    const silent = heartbeatWasSilent(c, self);
    const aborted = abortedByMaster(c, self);
    if (line || aborted) {
      const evidence = known(line && logEvidence(line, self), aborted, silent);
      return c.booted === false ? confirmed(...evidence) : possible(...evidence);
    }
    if (c.timeoutSeconds === 0)
      return ruledOut({source: 'settings', fact: 'timeout is 0: gunicorn kills nobody for silence', ...against});
    const words = otherWords(c, 'boot-timeout');
    if (words) return ruledOut(words);
    const noLine = logHasNo(c, '"WORKER TIMEOUT" for it', {withinMs: killedAfterTimeoutLineMs, hidden: false}, against);
    if (noLine) return ruledOut(noLine);
    const fresh = heartbeatWasFresh(c, against);
    if (fresh) return ruledOut(fresh);
    if (silent && c.booted === false) return likely(silent);
    return insufficient('the heartbeat', 'the error log');
  },
};
