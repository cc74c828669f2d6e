/** The requests that the tasks of a worker handle: method, path, begin, and the frames of what each awaits. */
import type {Moment, RequestInFlight, StackFrame} from '../observation.js';
import {attribute, attributes} from './attributes.js';
import {awaitChain, isSameChain, type AwaitChain} from './await-chain.js';
import {namedEntries} from './dicts.js';
import {enteredFrames, type Handler, type Handlers, type Running, type TaskMemory} from './handlers.js';
import type {Heap} from './heap.js';
import {localValue, stillRuns} from './locals.js';
import {readLocalTime, type Zone} from './local-time.js';
import {mostFrames, type Program} from './program.js';
import {readRequestText, type Texts} from './request-text.js';
import {describeFrame, type StableFrame} from './thread-stack.js';
import {walk} from './unreadable.js';
import {readFloat} from './values.js';

export type TaskRequestOptions = {
  readonly showQuery: boolean;
  readonly zone: Zone | undefined;
  readonly now: Moment;
};

/** Texts of more are not read in one look. */
const mostRequests = 500;
/** Stacks are read of those that have been for longest, and of the one that runs. */
const mostStacks = 50;

type Found = {readonly handler: Handler; readonly request: RequestInFlight};

/** What the handlers tell of their requests; `isComplete` when each of them did, and there are no others. */
export function taskRequests(
  program: Program,
  memory: TaskMemory,
  {list, isComplete}: Handlers,
  options: TaskRequestOptions,
  running: Running,
): {readonly requests: readonly RequestInFlight[]; readonly isComplete: boolean} {
  const found = list.slice(0, mostRequests).flatMap((handler): readonly Found[] => {
    const request = steady(() => readRequest(program, handler, options));
    return request === undefined ? [] : [{handler, request}];
  });
  const rank = ({handler, request}: Found): number => (handler.runs ? -1 : (request.startedWallMs ?? 0));
  const requests = found
    .toSorted((one, other) => rank(one) - rank(other))
    .map(({handler, request}, index) => {
      const stack = index < mostStacks ? steady(() => stackOf(program, memory, handler, running)) : undefined;
      return stack === undefined ? request : {...request, stack};
    });
  return {requests, isComplete: isComplete && found.length === list.length};
}

const tries = 3;

function steady<T>(read: () => T | undefined): T | undefined {
  for (let attempt = 0; attempt < tries; attempt++) {
    const value = walk(read);
    if (value !== undefined) return value;
  }

  return undefined;
}

function readRequest({heap, sharesClock}: Program, handler: Handler, options: TaskRequestOptions) {
  const {showQuery} = options;
  const {frame, server} = handler;
  return readRequestText(
    heap,
    () => textsIn[server](heap, frame, showQuery),
    showQuery,
    () => {
      const startedWallMs = server === 'asgi' ? beginOf(heap, frame, sharesClock, options) : undefined;
      return startedWallMs === undefined ? {} : {startedWallMs};
    },
  );
}

const textsIn: Readonly<
  Record<Handler['server'], (heap: Heap, frame: StableFrame, showQuery: boolean) => Texts | undefined>
> = {
  asgi: (heap, frame) => {
    const owner = stillRuns(heap, frame) ? localValue(heap, frame, 'request') : undefined;
    if (owner === undefined) return undefined;

    const method = attribute(heap, owner, 'method');
    const paths = ['uri', 'path'].flatMap((name) => attribute(heap, owner, name) ?? []);
    return method === undefined ? undefined : {owner, method, paths};
  },
  uvicorn: (heap, frame, showQuery) => {
    const cycle = stillRuns(heap, frame) ? localValue(heap, frame, 'self') : undefined;
    const scope = cycle === undefined ? undefined : attributes(heap, cycle, ['scope']).get('scope');
    if (scope === undefined) return undefined;

    const found = namedEntries(heap, scope, ['method', 'path', 'raw_path', 'query_string']);
    const method = found.get('method');
    const paths = ['raw_path', 'path'].flatMap((name) => found.get(name) ?? []);
    return method === undefined
      ? undefined
      : {owner: scope, method, paths, query: showQuery ? found.get('query_string') : undefined};
  },
};

/** A clock is read a little before it is compared. */
const aheadMs = 10;

/** The begin, where the worker keeps it: without an access log it keeps none and has 0 there. */
function beginOf(
  heap: Heap,
  frame: StableFrame,
  sharesClock: boolean,
  {zone, now}: TaskRequestOptions,
): number | undefined {
  const start = localValue(heap, frame, 'request_start');
  if (start === undefined) return undefined;

  const localMs = walk(() => readLocalTime(heap, start));
  if (localMs !== undefined) return zone?.momentOf(localMs, now);

  const startMs = (walk(() => readFloat(heap, start)) ?? 0) * 1000;
  const isPast = startMs > 0 && startMs <= now.monotonicMs + aheadMs;
  return isPast && sharesClock ? Math.round(now.wallMs - (now.monotonicMs - startMs)) : undefined;
}

/** The frames of what a request awaits, innermost first, when two reads of them tell the same. */
function stackOf(
  {heap, stacks}: Program,
  {shapes}: TaskMemory,
  {coroutine}: Handler,
  running: Running,
): readonly StackFrame[] | undefined {
  const read = (): AwaitChain | undefined => awaitChain(stacks, shapes, coroutine);
  const [first, second] = [read(), read()];
  const outermost = second?.frames[0];
  if (first === undefined || second === undefined || outermost === undefined) return undefined;
  if (!isSameChain(first, second)) return undefined;

  const frames = second.runs ? enteredFrames(running(), outermost) : second.frames;
  return frames
    ?.toReversed()
    .slice(0, mostFrames)
    .map((frame) => describeFrame(heap, frame));
}
