/**
 * The request a thread is in: method, path and begin, out of the variables of gunicorn's own frame that handles it.
 *
 * A request may be over while it is read. So after the text was read the frame must still run the same code, hold the
 * same request object, and that object the same texts; else there is no answer. Nothing but method, path and, where it
 * was asked for, query is read.
 */
import type {Moment, RequestInFlight} from '../observation.js';
import {redactUri} from '../gunicorn/redact.js';
import {attributes} from './attributes.js';
import type {Heap} from './heap.js';
import {localValue, stillRuns} from './locals.js';
import {readLocalTime, type Zone} from './local-time.js';
import type {StableFrame, ThreadStack} from './thread-stack.js';
import {walk} from './unreadable.js';
import {readStr} from './values.js';

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

/** The addresses of the texts of a request. */
type Texts = {
  readonly request: number;
  readonly method: number;
  readonly uri: number;
  readonly path: number | undefined;
};

function textsOf(heap: Heap, frame: StableFrame): Texts | undefined {
  const request = stillRuns(heap, frame) ? localValue(heap, frame, 'req') : undefined;
  if (request === undefined) return undefined;

  const found = attributes(heap, request, ['method', 'uri', 'path']);
  const method = found.get('method');
  const uri = found.get('uri');
  return method === undefined || uri === undefined ? undefined : {request, method, uri, path: found.get('path')};
}

/** A method is a token of RFC 9110; anything else was no method, whatever type it has. */
const isMethod = (text: string): boolean => /^[!#$%&'*+.^`|~\w-]{1,32}$/.test(text);

function readRequest(heap: Heap, frame: StableFrame, options: RequestOptions): RequestInFlight | undefined {
  const before = textsOf(heap, frame);
  if (before === undefined) return undefined;

  const method = readStr(heap, before.method, 33);
  const path = pathText(heap, before, options.showQuery);
  const startedWallMs = beginOf(heap, frame, options);
  const after = textsOf(heap, frame);
  const isSame =
    after?.request === before.request &&
    after.method === before.method &&
    after.uri === before.uri &&
    after.path === before.path;
  return isSame && isMethod(method)
    ? {
        method,
        path: redactUri(path, {showQuery: options.showQuery}),
        ...(startedWallMs !== undefined && {startedWallMs}),
      }
    : undefined;
}

/** The path as the request line had it, or all of its target with the query. */
function pathText(heap: Heap, {uri, path}: Texts, showQuery: boolean): string {
  const own = showQuery || path === undefined ? '' : (walk(() => readStr(heap, path)) ?? '');
  return own === '' ? readStr(heap, uri) : own;
}

function beginOf(heap: Heap, frame: StableFrame, {zone, now}: RequestOptions): number | undefined {
  const start = localValue(heap, frame, 'request_start');
  const localMs = start === undefined ? undefined : readLocalTime(heap, start);
  return localMs === undefined ? undefined : zone?.momentOf(localMs, now);
}
