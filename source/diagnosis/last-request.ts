/**
 * The request that a worker's memory showed in flight at the onset, and where its code stood: its last words.
 *
 * A worker with one request in flight was in that one. Of several, one is named as the oldest of so many; and where a
 * blocked loop stopped them all, only the one whose code stood where the loop stood is to blame.
 */
import {applicationFrameOf, applicationStack} from '../gunicorn/python-stack.js';
import type {Circumstances} from '../ledger/circumstances.js';
import type {Look} from '../ledger/life-memory.js';
import {mainStack, oldestRequest, requestAgeSeconds, stackOfRequest} from '../ledger/request-now.js';
import type {RequestInFlight, StackFrame} from '../observation.js';
import type {LastDoing} from './last-doing.js';
import {lookUntilMs} from './onset.js';
import {lastWordsWithinMs} from './thresholds.js';
import type {Cause} from './verdict.js';

/** Undefined when no look at the right time showed a request. */
export function requestInMemory(c: Circumstances, cause: Cause): LastDoing | undefined {
  const look = lookAtOnset(c, cause);
  const requests = look?.requests ?? [];
  if (!look || requests.length === 0) return undefined;
  const common = {verdict: 'request', sources: ['peek']} as const;
  const isLoopBlocked = cause === 'timeout' && c.workerClass?.silentInLongRequest === false;
  const request = isLoopBlocked ? blockingRequest(look, requests) : oldestRequest(requests);
  if (!request) {
    const stack = mainStack(look);
    const why = `${requests.length} requests were in flight, and which of them blocked the others is not known`;
    return {...common, why, inFlight: requests.length, ...(stack && {stack: applicationStack(stack, stackKept)})};
  }
  const ageSeconds = requestAgeSeconds(request, c.end.at);
  const stack = stackOfRequest(request, look);
  return {
    ...common,
    why: 'its memory showed the request',
    method: request.method,
    path: request.path,
    ...(ageSeconds !== undefined && {ageSeconds}),
    ...(stack && {stack: applicationStack(stack, stackKept)}),
    ...(requests.length > 1 && !isLoopBlocked && {inFlight: requests.length}),
  };
}

const stackKept = 8;

/** The newest look before the onset: for a timeout one in its silence, for any other end one shortly before it. */
function lookAtOnset(c: Circumstances, cause: Cause): Look | undefined {
  const untilMs = lookUntilMs(c, cause);
  const looks = (c.life.memory?.looks ?? []).filter(({requests}) => requests !== undefined);
  if (cause === 'timeout') {
    const silent = looks.filter(({at}) => c.silence === undefined || at.wallMs > c.silence.lastBeatWallMs);
    // When it was aborted, a request that it still held had been there before.
    return silent.findLast(({since}) => since.monotonicMs < untilMs) ?? silent[0];
  }
  const last = looks.findLast(({since}) => since.monotonicMs < untilMs);
  const sinceMs = last ? Math.min(untilMs, c.end.by.monotonicMs) - last.at.monotonicMs : Infinity;
  return sinceMs <= lastWordsWithinMs ? last : undefined;
}

/** Of the requests on a loop that is blocked: the only one, or the one whose code stands where the main thread stands. */
function blockingRequest(look: Look, requests: readonly RequestInFlight[]): RequestInFlight | undefined {
  if (requests.length === 1) return requests[0];
  const main = frameOf(mainStack(look));
  const there = requests.filter((request) => isSame(frameOf(request.stack), main));
  return there.length === 1 ? there[0] : undefined;
}

function frameOf(stack: readonly StackFrame[] | undefined): StackFrame | undefined {
  return stack && applicationFrameOf(stack);
}

function isSame(a: StackFrame | undefined, b: StackFrame | undefined): boolean {
  return a !== undefined && b !== undefined && a.file === b.file && a.line === b.line && a.function === b.function;
}
