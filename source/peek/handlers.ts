/**
 * The tasks of a worker that handle a request, found by the function that each server has for it.
 *
 * gunicorn's asgi worker: `_handle_http_request`, in a task of its own from 27 on and awaited by the connection's task
 * before; `_handle_http2_request` likewise. uvicorn: `run_asgi` of the request's cycle. A websocket is no request.
 */
import {awaitChain} from './await-chain.js';
import {attributes} from './attributes.js';
import {coroutineFrame} from './coroutines.js';
import {localValue} from './locals.js';
import type {Program} from './program.js';
import {findTaskSets, readTaskList} from './tasks.js';
import {taskCoroutine, taskShapes, type TaskShapes} from './task-shape.js';
import type {StableFrame} from './thread-stack.js';
import {walk} from './unreadable.js';
import {isNone, readBool} from './values.js';

export type Server = 'asgi' | 'uvicorn';

/** What is remembered of the tasks of one worker from one look to the next. */
export type TaskMemory = {
  sets?: readonly number[];
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
  /** Whether the worker's own counter has it already. */
  readonly isCounted: boolean;
};

export type Handlers = {
  readonly list: readonly Handler[];
  /** Whether every task was read, so that there is no other request. */
  readonly isComplete: boolean;
};

type Place = {
  readonly file: RegExp;
  readonly names: ReadonlySet<string>;
  /** How many frames of a task are looked through for it. */
  readonly depth: number;
};

const places: Readonly<Record<Server, Place>> = {
  asgi: {
    file: /(?:^|\/)gunicorn\/asgi\/protocol\.py$/,
    names: new Set(['_handle_http_request', '_handle_http2_request']),
    depth: 4,
  },
  uvicorn: {file: /(?:^|\/)uvicorn\/protocols\/http\/\w+\.py$/, names: new Set(['run_asgi']), depth: 1},
};

/** What a task that handles a request looks like, whichever frame holds it. `unknown`: it did not hold still. */
type Sight = Handler | 'none' | 'unknown';

/**
 * Looks through the tasks of a worker, so many at most. `running` are the frames of its main thread, innermost first,
 * where they were read. Undefined when this Python's tasks cannot be read.
 */
export function findHandlers(
  program: Program,
  memory: TaskMemory,
  server: Server,
  most: number,
  running: readonly StableFrame[] | undefined,
): Handlers | undefined {
  const {heap} = program;
  const sets = memory.sets ?? findTaskSets(program);
  const tasks = sets === undefined ? undefined : walk(() => readTaskList(heap, sets, most));
  if (sets === undefined || tasks === undefined) return undefined;

  memory.sets = sets;

  const sights = tasks.tasks.map((task) => walk(() => sightOf(program, memory, server, task, running)) ?? 'unknown');
  return {
    list: sights.filter((sight): sight is Handler => typeof sight === 'object'),
    isComplete: tasks.isComplete && !sights.includes('unknown'),
  };
}

function sightOf(
  {heap, stacks}: Program,
  {shapes}: TaskMemory,
  server: Server,
  task: number,
  running: readonly StableFrame[] | undefined,
): Sight {
  const coroutine = taskCoroutine(heap, shapes, task);
  if (coroutine === undefined) return 'unknown';

  const outermost = coroutineFrame(heap, stacks.codes, coroutine);
  const {file, names, depth} = places[server];
  // Tasks of the application are of no interest: they are awaited by a request, or belong to none.
  if (outermost === undefined || !file.test(outermost.runs.file)) return 'none';

  const chain = awaitChain(stacks, shapes, coroutine, depth);
  if (chain === undefined) return 'none';

  const entered = chain.runs ? enteredFrames(running, outermost) : chain.frames;
  const frames = entered ?? chain.frames;
  const frame = frames.find(({runs}) => names.has(runs.name) && file.test(runs.file));
  if (frame === undefined) return chain.runs && entered === undefined && depth > 1 ? 'unknown' : 'none';

  const isCounted = counts[server](heap, frame, outermost);
  return isCounted === undefined ? 'unknown' : {server, coroutine, frame, runs: chain.runs, isCounted};
}

/** The frames of a running coroutine, outermost first, from those of the thread; undefined when it is not among them. */
export function enteredFrames(
  running: readonly StableFrame[] | undefined,
  {address, code}: StableFrame,
): readonly StableFrame[] | undefined {
  const at = running?.findIndex((frame) => frame.address === address && frame.code === code) ?? -1;
  return at < 0 ? undefined : running?.slice(0, at + 1).toReversed();
}

/** Whether a request that is still handled has been counted; undefined when that could not be read. */
const counts: Readonly<
  Record<Server, (heap: Program['heap'], frame: StableFrame, outermost: StableFrame) => boolean | undefined>
> = {
  // From 27 on it is counted when its response is complete, and the application may go on; before, when it is over.
  asgi: (heap, frame, outermost) => {
    if (frame.runs.name === '_handle_http2_request') return outermost.runs.name === '_serve_http2_request';

    return walk(() => {
      const complete = localValue(heap, frame, 'complete');
      return (
        complete !== undefined && !isNone(heap, complete) && isTrue(heap, localValue(heap, frame, 'response_complete'))
      );
    });
  },
  uvicorn: (heap, frame) =>
    walk(() => {
      const cycle = localValue(heap, frame, 'self');
      return cycle === undefined
        ? undefined
        : isTrue(heap, attributes(heap, cycle, ['response_complete']).get('response_complete'));
    }),
};

/** A variable that is not set yet is not true. */
function isTrue(heap: Program['heap'], value: number | undefined): boolean {
  return value !== undefined && readBool(heap, value);
}
