/** Reached its request limit, jitter included, and left after the request in hand. */
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitCode, exitEvidence, exitSignal, known, logHasNo, neverBooted, ownLine} from '../facts.js';
import {otherWords} from '../own-words.js';
import {ownFarewell} from './deliberate-exit.js';

export const maxRequests: CauseRule = {
  id: 'max-requests',
  means: 'reached its request limit (max_requests with jitter) and left after the request in hand',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const self = {supports: 'max-requests'} as const;
    const against = {contradicts: 'max-requests'} as const;
    const words = otherWords(c, 'max-requests');
    if (words) return ruledOut(words);
    const signal = exitSignal(c);
    const code = exitCode(c);
    // SIGTERM is how uvicorn ends every graceful stop (it raises the captured signal again).
    if ((signal !== undefined && signal !== 'SIGTERM') || (code !== undefined && code !== 0))
      return ruledOut(...exitEvidence(c, against));
    const line = ownLine(c, 'autorestarting', self);
    const farewell = ownFarewell(c, 'max-requests');
    const exit = exitEvidence(c, self);
    if (line && farewell) return confirmed(line, farewell, ...exit);
    if (line) return exit.length > 0 ? likely(line, ...exit) : possible(line);

    const booting = neverBooted(c, against);
    if (booting) return ruledOut(booting);
    const limit = c.settings.maxRequests;
    if (limit?.value === 0 && (c.settings.maxRequestsJitter?.value ?? 0) === 0)
      return ruledOut({source: 'settings', fact: 'max_requests is 0', ...against});
    const noLine =
      printsIt(c) && logHasNo(c, '"Autorestarting" of it', {withinMs: c.longestDrainMs, hidden: true}, against);
    if (noLine) return ruledOut(noLine);
    if (limit && code === 0)
      return possible(...known({source: 'settings', fact: `max_requests is ${limit.value}`, ...self}));
    return insufficient('the error log', "the worker's request count");
  },
};

/** All of gunicorn's own classes do; uvicorn only since its 0.32, and a class of somebody's own need not. */
function printsIt({workerClass}: Circumstances): boolean {
  return workerClass !== undefined && workerClass.name !== 'uvicorn';
}
