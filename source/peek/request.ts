/**
 * The request a thread is in: method, path and begin, out of the variables of gunicorn's own frame that handles it.
 *
 * After the text was read the frame must still run the same code, hold the same request object, and that object the
 * same texts; else there is no answer.
 */
import type {Moment, RequestInFlight} from '../observation.js';
import {attributes} from './attributes.js';
import type {Heap} from './heap.js';
import {localValue, stillRuns} from './locals.js';
import {readLocalTime, type Zone} from './local-time.js';
import {readRequestText, type Texts} from './request-text.js';
import type {StableFrame, ThreadStack} from './thread-stack.js';
import {walk} from './unreadable.js';

/** What a thread's stack tells of a request. `unknown`: there may be one, but it did not hold still. */
export type RequestSight =
  {readonly kind: 'none'} | {readonly kind: 'unknown'} | {readonly kind: 'seen'; readonly request: RequestInFlight};

export type RequestOptions = {
  readonly showQuery: boolean;
  /** The zone of the program's local times, where it is known. */
  readonly zone: Zone | undefined;
  readonly now: Moment;
};

const handlers = new Set(['handle_request', 'handle_http2_request']);
const workerFile = /(?:^|\/)gunicorn\/workers\/\w+\.py$/;

function handles({runs}: StableFrame): boolean {
  return handlers.has(runs.name) && workerFile.test(runs.file);
}

const tries = 3;

/** The request of one thread. Throws `Unreadable` only when the process is gone. */
export function requestOf(heap: Heap, stack: ThreadStack, options: RequestOptions): RequestSight {
  const frame = stack.stable.find(handles);
  if (frame === undefined) return {kind: stack.isWhole ? 'none' : 'unknown'};

  for (let attempt = 0; attempt < tries; attempt++) {
    const request = walk(() => readRequest(heap, frame, options));
    if (request !== undefined) return {kind: 'seen', request};
  }

  return {kind: 'unknown'};
}

function readRequest(heap: Heap, frame: StableFrame, options: RequestOptions): RequestInFlight | undefined {
  const {showQuery} = options;
  return readRequestText(
    heap,
    () => textsOf(heap, frame, showQuery),
    showQuery,
    () => {
      const startedWallMs = beginOf(heap, frame, options);
      return startedWallMs === undefined ? {} : {startedWallMs};
    },
  );
}

function textsOf(heap: Heap, frame: StableFrame, showQuery: boolean): Texts | undefined {
  const owner = stillRuns(heap, frame) ? localValue(heap, frame, 'req') : undefined;
  if (owner === undefined) return undefined;

  const found = attributes(heap, owner, ['method', 'uri', 'path']);
  const method = found.get('method');
  const uri = found.get('uri');
  const path = found.get('path');
  if (method === undefined || uri === undefined) return undefined;

  // The path as the request line had it, or all of its target with the query.
  return {owner, method, paths: showQuery || path === undefined ? [uri] : [path, uri]};
}

function beginOf(heap: Heap, frame: StableFrame, {zone, now}: RequestOptions): number | undefined {
  const start = localValue(heap, frame, 'request_start');
  const localMs = start === undefined ? undefined : readLocalTime(heap, start);
  return localMs === undefined ? undefined : zone?.momentOf(localMs, now);
}
