/** What one worker holds in memory: its counter, its limit, its requests in flight, its stacks and why it was forked. */
import type {Moment, RequestInFlight, SpawnReason, ThreadStack as DescribedStack, WorkerPeek} from '../observation.js';
import {findHandlers, taskMemory, type Handlers, type Running, type Server, type TaskMemory} from './handlers.js';
import {ancestry, attributes} from './attributes.js';
import {countOf, type KnownWorker} from './arbiter.js';
import type {Zone} from './local-time.js';
import {describeStack, readThreads, type Program, type Thread, type Threads} from './program.js';
import {requestOf, type RequestSight} from './request.js';
import type {CountState} from './request-count.js';
import {requestsBegun} from './requests-begun.js';
import {spawnReason} from './spawn-reason.js';
import {findServerState} from './uvicorn.js';
import {taskRequests} from './task-requests.js';
import {walk} from './unreadable.js';
import {readInt} from './values.js';

/** How the class of a worker keeps its requests, which decides what a stack tells of them. */
export type Kind =
  /** One thread, one request: sync. */
  | 'one'
  /** A request a thread: gthread. */
  | 'pool'
  /** Many on one thread, of which its stack shows at most one: gevent, eventlet, tornado and classes unknown here. */
  | 'turns'
  /** A request a task of asyncio. uvicorn has the counter in its server and not in the worker. */
  | Server;

export type WorkerReader = {
  readonly program: Program;
  readonly worker: KnownWorker;
  readonly kind: Kind;
  /** The zone of its local times, where the program tells it. */
  readonly zone: Zone | undefined;
  count: CountState;
  maxRequests?: {readonly value: number | undefined} | undefined;
  spawnReason?: SpawnReason;
  serverState?: number;
  readonly tasks: TaskMemory;
};

export type WorkerReadOptions = {
  readonly stack: boolean;
  readonly showQuery: boolean;
  readonly now: Moment;
};

/** The kind of a class by the names it inherits from, for an application may have made a class of its own. */
export function kindOf(classNames: readonly string[]): Kind {
  if (classNames.includes('UvicornWorker')) return 'uvicorn';
  if (classNames.includes('ASGIWorker')) return 'asgi';
  if (classNames.includes('SyncWorker')) return 'one';

  return classNames.includes('ThreadWorker') ? 'pool' : 'turns';
}

/**
 * Makes sure that what lies at the address is this process's worker object: the class is the one the master says, and
 * its `pid` is this process. In words what is wrong; undefined when nothing is. Throws `Unreadable`.
 */
export function checkWorker({heap, ownPid}: Program, {object, type}: KnownWorker): string | undefined {
  if (heap.typeOf(object).address !== type) return 'its memory holds no worker where the master has it';

  const pid = attributes(heap, object, ['pid']).get('pid');
  if (pid === undefined) return 'its worker object has no pid';
  // Until the fork is through it is the text "[booting]".
  if (heap.typeOf(pid).name === 'str') return 'it has only just been forked';

  return readInt(heap, pid) === ownPid ? undefined : 'its memory holds the worker object of another process';
}

/** Takes a process that was found to be this worker. Throws `Unreadable`. */
export function openWorker(program: Program, worker: KnownWorker, zone: Zone | undefined): WorkerReader {
  const {heap} = program;
  const names = ancestry(heap, heap.typeAt(worker.type)).map(({name}) => name);
  return {program, worker, kind: kindOf(names), zone, count: {}, tasks: taskMemory()};
}

/** Gunicorn's own way to say "no limit" is `sys.maxsize`. */
function readLimit({program, worker}: WorkerReader): {readonly value: number | undefined} | undefined {
  const limit = countOf(program.heap, worker.object, 'max_requests');
  return limit === undefined ? undefined : {value: Number.isSafeInteger(limit) && limit > 0 ? limit : undefined};
}

type Seen = Thread & {readonly sight: RequestSight; readonly frames: DescribedStack['frames']};

/** All requests in flight; undefined where there may be one that was not seen. */
function requestsIn(kind: Kind, seen: readonly Seen[], isComplete: boolean): readonly RequestInFlight[] | undefined {
  const requests = seen.flatMap(({sight, threadId, frames}) =>
    sight.kind === 'seen' ? [{...sight.request, ...(threadId !== undefined && {threadId}), stack: frames}] : [],
  );
  if (requests.length > 0) return requests;

  const isSure = isComplete && (kind === 'one' || kind === 'pool') && seen.every(({sight}) => sight.kind === 'none');
  return isSure ? [] : undefined;
}

function describeThread({stack, isMain, threadId, frames}: Seen): DescribedStack {
  const isMoving = stack === undefined || !stack.isWhole;
  return {isMain, frames, moving: isMoving, ...(threadId !== undefined && {threadId})};
}

function takeStacks(reader: WorkerReader, threads: Threads, options: WorkerReadOptions): Partial<WorkerPeek> {
  const {heap} = reader.program;
  const main = threads.list.find(({isMain}) => isMain)?.stack;
  if (main !== undefined) {
    const why = reader.spawnReason ?? spawnReason(heap, main.stable, reader.worker.object);
    if (why !== undefined) reader.spawnReason = why;
    const state = reader.kind === 'uvicorn' ? findServerState(reader.program, main) : undefined;
    if (state !== undefined) reader.serverState = state;
  }

  const seen = threads.list.map((thread): Seen => {
    const {stack} = thread;
    return {
      ...thread,
      sight: stack === undefined ? {kind: 'unknown'} : requestOf(heap, stack, {...options, zone: reader.zone}),
      frames: stack === undefined ? [] : (walk(() => describeStack(heap, stack)) ?? []),
    };
  });
  const requests = serverOf(reader.kind) === undefined ? requestsIn(reader.kind, seen, threads.isComplete) : undefined;
  return {threads: seen.map(describeThread), ...(requests !== undefined && {requests})};
}

/** A worker with more tasks is not read to the end. */
const mostTasks = 2000;
/** Where only the count is due, a worker with more is left for the next look. */
const mostTasksForCount = 300;

function serverOf(kind: Kind): Server | undefined {
  return kind === 'asgi' || kind === 'uvicorn' ? kind : undefined;
}

type Begun = {readonly count?: number | undefined; readonly requests?: readonly RequestInFlight[] | undefined};

/** The count of a worker and the requests of its tasks, which belong together where the count comes after the answer. */
function readBegun(reader: WorkerReader, options: WorkerReadOptions): Begun {
  const {program, tasks, kind} = reader;
  const server = serverOf(kind);
  const nowMs = options.now.monotonicMs;
  if (server === undefined) return {count: requestsBegun(reader, undefined, nowMs)};

  const most = options.stack ? mostTasks : mostTasksForCount;
  const running: Running = () => readThreads(program).list.find(({isMain}) => isMain)?.stack?.stable;
  let handlers: Handlers | undefined;
  const uncounted = (): number | undefined => {
    handlers = findHandlers(program, tasks, server, most, running);
    return handlers?.isComplete === true ? handlers.uncounted : undefined;
  };
  const count = requestsBegun(reader, uncounted, nowMs);
  if (!options.stack || handlers === undefined) return {count};

  const {requests, isComplete} = taskRequests(program, tasks, handlers, {...options, zone: reader.zone}, running);
  return {count, ...((requests.length > 0 || isComplete) && {requests})};
}

/** For a worker with hundreds of threads or thousands of tasks; a usual look takes some dozens. */
const mostReads = 30_000;

/** One read of a worker. Throws `Unreadable` when it is gone, or its threads cannot be followed. */
export function readWorker(reader: WorkerReader, options: WorkerReadOptions): WorkerPeek {
  const {program} = reader;
  program.heap.turn(options.now.monotonicMs);
  program.heap.memory.allow(mostReads);

  const needsStack = options.stack || (reader.kind === 'uvicorn' && reader.serverState === undefined);
  const threads = needsStack ? readThreads(program) : undefined;
  const stacks = threads === undefined ? {} : takeStacks(reader, threads, options);
  const limit = (reader.maxRequests ??= readLimit(reader))?.value;
  const {count, requests} = readBegun(reader, options);

  return {
    id: program.id,
    ...(count !== undefined && {requestsBegun: count}),
    ...(limit !== undefined && {maxRequests: limit}),
    ...(reader.spawnReason !== undefined && {spawnReason: reader.spawnReason}),
    ...(options.stack && stacks),
    ...(requests !== undefined && {requests}),
  };
}
