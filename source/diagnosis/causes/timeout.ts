/**
 * The heartbeat went silent for longer than `timeout`, and the master killed the worker for it.
 *
 * The master prints "WORKER TIMEOUT" at every log level before it sends SIGABRT, and nobody else prints it. What
 * the exit status then is depends on version, class and what the worker was doing (0, 1, SIGABRT or SIGKILL), so it
 * neither proves nor excludes a timeout; nor does gunicorn's "Perhaps out of memory?", printed for every SIGKILL.
 */
import {said} from '../../ledger/life.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {heartbeatWasFresh, heartbeatWasSilent, known, logEvidence, logHasNo} from '../facts.js';
import {killedAfterTimeoutLineMs, timeoutToleranceMs} from '../thresholds.js';

export const timeout: CauseRule = {
  id: 'timeout',
  means: 'the heartbeat went silent for longer than timeout, and the master killed the worker',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const self = {supports: 'timeout'} as const;
    const against = {contradicts: 'timeout'} as const;
    if (c.life.booted === false)
      return ruledOut({source: 'heartbeat', fact: 'it had not finished booting', ...against});

    const line = said(c.life, 'worker-timeout');
    const diedSoon = line && c.end.at.monotonicMs - line.at.monotonicMs <= killedAfterTimeoutLineMs;
    const died = said(c.life, 'died-by-signal');
    const hint = died?.event.outOfMemoryHint
      ? {
          ...logEvidence(died, {}),
          fact: 'gunicorn\'s "Perhaps out of memory?" is its guess for every SIGKILL, its own included',
          contradicts: 'out-of-memory' as const,
        }
      : undefined;
    if (line && diedSoon) return confirmed(...known(logEvidence(line, self), heartbeatWasSilent(c, self), hint));

    if (c.timeoutSeconds === 0)
      return ruledOut({source: 'settings', fact: 'timeout is 0: gunicorn kills nobody for silence', ...against});
    const fresh = heartbeatWasFresh(c, against);
    if (fresh) return ruledOut(fresh);

    const silent = heartbeatWasSilent(c, self);
    const noLine = logHasNo(c, 'WORKER TIMEOUT', against);
    if (silent && noLine) return possible(silent, noLine);
    if (silent && (c.silence?.atLeastMs ?? 0) >= (c.timeoutSeconds ?? 0) * 1000 - timeoutToleranceMs)
      return likely(silent);
    if (silent) return possible(silent);
    if (noLine) return ruledOut(noLine);
    return insufficient(c.silence ? 'the timeout setting' : 'the heartbeat', 'the error log');
  },
};
