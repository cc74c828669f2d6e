/**
 * The tasks of a worker that handle a request, found by the function that each server has for it.
 *
 * gunicorn's asgi worker: `_handle_http_request`, in a task of its own from 27 on and awaited by the connection's task
 * before; `_handle_http2_request` likewise. uvicorn: `run_asgi` of the request's cycle. A websocket is no request.
 *
 * Both servers count a request when it is answered. Until then gunicorn's connection is in the function that serves it,
 * and from 27 on that is not the task that handles it.
 */
import {awaitChain} from './await-chain.js';
import {attributes} from './attributes.js';
import {coroutineFrame} from './coroutines.js';
import type {Heap} from './heap.js';
import {localValue} from './locals.js';
import type {Program} from './program.js';
import {findTaskPlaces, readTaskList, type TaskPlaces} from './tasks.js';
import {taskCoroutine, taskShapes, type TaskShapes} from './task-shape.js';
import type {StableFrame} from './thread-stack.js';
import {walk} from './unreadable.js';
import {readBool} from './values.js';

export type Server = 'asgi' | 'uvicorn';

/** What is remembered of the tasks of one worker from one look to the next. */
export type TaskMemory = {
  places?: TaskPlaces;
  readonly shapes: TaskShapes;
};

export function taskMemory(): TaskMemory {
  return {shapes: taskShapes()};
}

export type Handler = {
  readonly server: Server;
  /** What its task runs. */
  readonly coroutine: number;
  /** The frame that holds the request. */
  readonly frame: StableFrame;
  /** Whether it runs at this moment: then its inner frames are on a thread's stack. */
  readonly runs: boolean;
};

export type Handlers = {
  readonly list: readonly Handler[];
  /** Requests that the worker's own counter does not have yet. */
  readonly uncounted: number;
  /** Whether every task was read, so that there is no other request. */
  readonly isComplete: boolean;
};

type Place = {
  readonly file: RegExp;
  readonly names: ReadonlySet<string>;
  /** How many frames of a task are looked through for it. */
  readonly depth: number;
  readonly isUncounted: (heap: Heap, frames: readonly StableFrame[]) => boolean;
};

const places: Readonly<Record<Server, Place>> = {
  asgi: {
    file: /(?:^|\/)gunicorn\/asgi\/protocol\.py$/,
    names: new Set(['_handle_http_request', '_handle_http2_request']),
    depth: 4,
    // From 27 on streams of HTTP/2 have tasks of their own and are counted when these begin.
    isUncounted: (_, [outermost, ...inner]) =>
      outermost?.runs.name === '_handle_connection' &&
      inner.some(({runs}) =>
        ['_serve_http_request', '_handle_http_request', '_handle_http2_request'].includes(runs.name),
      ),
  },
  uvicorn: {
    file: /(?:^|\/)uvicorn\/protocols\/http\/\w+\.py$/,
    names: new Set(['run_asgi']),
    depth: 1,
    isUncounted: (heap, frames) => {
      const frame = frames.find(({runs}) => runs.name === 'run_asgi');
      const cycle = frame && localValue(heap, frame, 'self');
      if (cycle === undefined) return false;

      const isComplete = attributes(heap, cycle, ['response_complete']).get('response_complete');
      return isComplete !== undefined && !readBool(heap, isComplete);
    },
  },
};

/** The frames of the main thread as they stand now, innermost first. */
export type Running = () => readonly StableFrame[] | undefined;

type Sight = {readonly handler?: Handler | undefined; readonly isUncounted: boolean};

const nothing: Sight = {isUncounted: false};

/** Looks through the tasks of a worker, so many at most. Undefined when this Python's tasks cannot be read. */
export function findHandlers(
  program: Program,
  memory: TaskMemory,
  server: Server,
  most: number,
  running: Running,
): Handlers | undefined {
  const kept = memory.places ?? findTaskPlaces(program);
  if (kept === undefined) return undefined;

  if (kept.record !== undefined) memory.shapes.toldAt = kept.record.coroutine;
  const tasks = walk(() => readTaskList(program, kept, most));
  if (tasks === undefined) return undefined;

  memory.places = kept;
  const sights = tasks.tasks.map((task) => walk(() => sightOf(program, memory, server, task, running)));
  return {
    list: sights.flatMap((sight) => sight?.handler ?? []),
    uncounted: sights.filter((sight) => sight?.isUncounted).length,
    isComplete: tasks.isComplete && !sights.includes(undefined),
  };
}

/** What a task is to us. Undefined when it could not be read well enough to tell. */
function sightOf(
  {heap, stacks}: Program,
  {shapes}: TaskMemory,
  server: Server,
  task: number,
  running: Running,
): Sight | undefined {
  const coroutine = taskCoroutine(heap, shapes, task);
  if (coroutine === undefined) return undefined;

  const outermost = coroutineFrame(heap, stacks.codes, coroutine);
  const {file, names, depth, isUncounted} = places[server];
  // Tasks of the application are of no interest: they are awaited by a request, or belong to none.
  if (outermost === undefined || !file.test(outermost.runs.file)) return nothing;

  const chain = awaitChain(stacks, shapes, coroutine, depth);
  if (chain === undefined) return nothing;

  const {runs} = chain;
  const needsMore = runs && depth > 1 && !names.has(outermost.runs.name);
  const frames = needsMore ? enteredFrames(running(), outermost) : chain.frames;
  if (frames === undefined) return undefined;

  const frame = frames.find((one) => names.has(one.runs.name) && file.test(one.runs.file));
  return {
    handler: frame && {server, coroutine, frame, runs},
    isUncounted: isUncounted(heap, frames),
  };
}

/** The frames of a running coroutine, outermost first, from those of the thread; undefined when it is not among them. */
export function enteredFrames(
  running: readonly StableFrame[] | undefined,
  {address, code}: StableFrame,
): readonly StableFrame[] | undefined {
  const at = running?.findIndex((frame) => frame.address === address && frame.code === code) ?? -1;
  return at < 0 ? undefined : running?.slice(0, at + 1).toReversed();
}
