/** How many requests a worker has begun, whatever its class counts. */
import {countTwice, type KnownWorker} from './arbiter.js';
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

/** The worker's own counter, read twice. */
function ownCount({program, worker, kind, serverState}: Counted): readonly (number | undefined)[] {
  if (kind !== 'uvicorn') return countTwice(program.heap, worker.object, 'nr');
  return serverState === undefined ? [] : totalRequests(program, serverState);
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
    const counts = inFlight === undefined ? ownCount(reader) : withInFlight(reader, inFlight, attempt === tries - 1);
    if (counts === undefined) continue;

    const {state, value} = takeCount(reader.count, counts[0], counts[1], nowMs);
    reader.count = state;
    if (value !== undefined) return value;
  }

  return undefined;
}

const tries = 3;

/** Undefined when requests were answered meanwhile, and it is not the last try or tells less than was known. */
function withInFlight(
  reader: Counted,
  inFlight: InFlight,
  isLast: boolean,
): readonly (number | undefined)[] | undefined {
  const [first, before] = ownCount(reader);
  const uncounted = inFlight();
  const [after, last] = ownCount(reader);
  if (before === undefined || last === undefined || uncounted === undefined) return [];

  const least = before + uncounted;
  if (first === before && before === after && after === last) return [least, least];
  return isLast && least >= (reader.count.last?.value ?? 0) ? [least, Math.max(least, last)] : undefined;
}
