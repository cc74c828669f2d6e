/** The request of a worker that one look at its memory tells of, and where its code stands. */
import type {Moment, RequestInFlight, StackFrame} from '../observation.js';
import type {Look} from './life-memory.js';

/** Of several requests in flight, the one that has been for longest; undefined when there is none. */
export function oldestRequest(requests: readonly RequestInFlight[] | undefined): RequestInFlight | undefined {
  const started = ({startedWallMs = Infinity}: RequestInFlight): number => startedWallMs;
  return requests?.toSorted((a, b) => started(a) - started(b))[0];
}

/** How long it has been going on; undefined where its begin is not known. */
export function requestAgeSeconds({startedWallMs}: RequestInFlight, at: Moment): number | undefined {
  return startedWallMs === undefined ? undefined : Math.max(0, (at.wallMs - startedWallMs) / 1000);
}

/** The stack of the main thread, innermost frame first. */
export function mainStack({threads}: Look): readonly StackFrame[] | undefined {
  return threads?.find(({isMain}) => isMain)?.frames;
}

/** The stack of a request: its own; else its thread's; else the main thread's where no other thread could handle it. */
export function stackOfRequest(request: RequestInFlight, look: Look): readonly StackFrame[] | undefined {
  if (request.stack) return request.stack;
  const own = look.threads?.find(({threadId}) => threadId !== undefined && threadId === request.threadId);
  return own?.frames ?? (request.threadId === undefined && look.requests?.length === 1 ? mainStack(look) : undefined);
}
