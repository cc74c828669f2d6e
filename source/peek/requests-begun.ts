/** How many requests a worker has begun, whatever its class counts. */
import {agreedCount} from './agreed-count.js';
import {countOf, type KnownWorker} from './arbiter.js';
import type {Program} from './program.js';
import {takeCount, type CountState} from './request-count.js';
import {totalRequests} from './uvicorn.js';

export type Counted = {
  readonly program: Program;
  readonly worker: KnownWorker;
  readonly kind: string;
  count: CountState;
  serverState?: number;
};

/** The worker's own counter, as two reads in a row tell it. */
function ownCount({program, worker, kind, serverState}: Counted): number | undefined {
  if (kind !== 'uvicorn') return agreedCount(() => countOf(program.heap, worker.object, 'nr'));
  return serverState === undefined ? undefined : agreedCount(() => totalRequests(program, serverState));
}

/** Requests that the counter does not have yet. Undefined: they could not be read. */
type InFlight = () => number | undefined;

/**
 * Sync, gthread, gevent, eventlet and tornado count a request before the application is called. asgi and uvicorn count
 * one when it is answered: there the requests in flight are added. While they are looked for some may be answered; then
 * the count is the least that had begun.
 */
export function requestsBegun(reader: Counted, inFlight: InFlight | undefined, nowMs: number): number | undefined {
  for (let attempt = 0; attempt < tries; attempt++) {
    const count = inFlight === undefined ? ownCount(reader) : withInFlight(reader, inFlight, attempt === tries - 1);
    const {state, value} = takeCount(reader.count, count, nowMs);
    reader.count = state;
    if (value !== undefined) return value;
  }

  return undefined;
}

const tries = 3;

/** Undefined when requests were answered meanwhile, and it is not the last try or tells less than was known. */
function withInFlight(reader: Counted, inFlight: InFlight, isLast: boolean): number | undefined {
  const before = ownCount(reader);
  const uncounted = inFlight();
  const after = ownCount(reader);
  if (before === undefined || after === undefined || uncounted === undefined) return undefined;

  const least = before + uncounted;
  if (before === after) return least;
  return isLast && least >= (reader.count.last?.value ?? 0) ? Math.max(least, after) : undefined;
}
