/** Reached its request limit, jitter included, and left after the request in hand. */
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  exitCode,
  exitEvidence,
  exitSignal,
  known,
  logHasNo,
  neverBooted,
  noRequestBegan,
  ownLine,
  seconds,
} from '../facts.js';
import {requestRateOf, requestsBegunOf} from '../../ledger/life-memory.js';
import {lastWordsWithinMs, mostRequestsPerSecond} from '../thresholds.js';
import type {Evidence} from '../verdict.js';
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
    const counted = countedTo(c);
    if (!line && counted?.isReached)
      return farewell
        ? confirmed(counted.fact, farewell, ...exit)
        : (exit.length > 0 ? likely : possible)(counted.fact, ...exit);
    if (line) return exit.length > 0 ? likely(line, ...exit) : possible(line);

    const impossible = neverBooted(c, against) ?? noRequestBegan(c, against);
    if (impossible) return ruledOut(impossible);
    const limit = c.settings.maxRequests;
    if (limit?.value === 0 && (c.settings.maxRequestsJitter?.value ?? 0) === 0)
      return ruledOut({source: 'settings', fact: 'max_requests is 0', ...against});
    if (counted?.isFar) return ruledOut({...counted.fact, ...against});
    const noLine =
      printsIt(c) && logHasNo(c, '"Autorestarting" of it', {withinMs: c.longestDrainMs, hidden: true}, against);
    if (noLine) return ruledOut(noLine);
    if (counted?.isNear && (farewell || code === 0)) return likely(...known(counted.fact, farewell, ...exit));
    if (limit && code === 0)
      return possible(...known({source: 'settings', fact: `max_requests is ${limit.value}`, ...self}));
    return insufficient('the error log', "the worker's request count");
  },
};

type Counted = {
  readonly fact: Evidence;
  readonly isReached: boolean;
  /** It would have been reached by the end at the rate it had before. */
  readonly isNear: boolean;
  /** No server is fast enough to have reached it. */
  readonly isFar: boolean;
};

/** How far its own count was, by its memory, when it was read last. Undefined without a count or a limit. */
function countedTo({life, end}: Circumstances): Counted | undefined {
  const begun = requestsBegunOf(life.memory);
  const limit = life.memory?.maxRequests;
  if (!begun || limit === undefined) return undefined;
  const sinceMs = end.by.monotonicMs - begun.at.monotonicMs;
  const grownBy = (perSecond: number): number => begun.count + (perSecond * sinceMs) / 1000;
  const ago = `${seconds(sinceMs)} before the end`;
  return {
    fact: {
      source: 'peek',
      fact: `it had begun ${begun.count} of ${limit} requests ${ago}`,
      atMs: begun.at.wallMs,
      supports: 'max-requests',
    },
    isReached: begun.count >= limit,
    isNear: sinceMs <= lastWordsWithinMs && grownBy((requestRateOf(life.memory) ?? 0) * 1.5) + 1 >= limit,
    isFar: grownBy(mostRequestsPerSecond) < limit,
  };
}

/** All of gunicorn's own classes do; uvicorn only since its 0.32, and a class of somebody's own need not. */
function printsIt({workerClass}: Circumstances): boolean {
  return workerClass !== undefined && workerClass.name !== 'uvicorn';
}
