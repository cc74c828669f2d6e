/** Reached its request limit, jitter included, and left after the request in hand. */
import {confirmed, insufficient, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitCode, exitEvidence, exitSignal, known, logHasNo, ownLine} from '../facts.js';

export const maxRequests: CauseRule = {
  id: 'max-requests',
  means: 'reached its request limit (max_requests with jitter) and left after the request in hand',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const self = {supports: 'max-requests'} as const;
    const against = {contradicts: 'max-requests'} as const;
    const overran = ownLine(c, 'worker-timeout', against);
    if (overran) return ruledOut(overran);
    const signal = exitSignal(c);
    const code = exitCode(c);
    // SIGTERM is how uvicorn ends every graceful stop (it raises the captured signal again).
    if ((signal !== undefined && signal !== 'SIGTERM') || (code !== undefined && code !== 0))
      return ruledOut(...exitEvidence(c, against));
    const line = ownLine(c, 'autorestarting', self);
    if (line) return confirmed(...known(line, ownLine(c, 'worker-exiting', self), ...exitEvidence(c, self)));

    const limit = c.settings.maxRequests;
    if (limit?.value === 0 && (c.settings.maxRequestsJitter?.value ?? 0) === 0)
      return ruledOut({source: 'settings', fact: 'max_requests is 0', ...against});
    const noLine = logHasNo(c, 'Autorestarting', against);
    if (noLine) return ruledOut(noLine);
    if (limit && code === 0) return possible({source: 'settings', fact: `max_requests is ${limit.value}`, ...self});
    return insufficient('the error log', "the worker's request count");
  },
};
