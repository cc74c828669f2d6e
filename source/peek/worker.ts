/** What one worker holds in memory: its counter, its limit, its requests in flight, its stacks and why it was forked. */
import type {Moment, RequestInFlight, SpawnReason, ThreadStack as DescribedStack, WorkerPeek} from '../observation.js';
import {ancestry, attributes} from './attributes.js';
import {countOf, countTwice, type KnownWorker} from './arbiter.js';
import type {Zone} from './local-time.js';
import {describeStack, readThreads, type Program, type Thread, type Threads} from './program.js';
import {requestOf, type RequestSight} from './request.js';
import {takeCount, type CountState} from './request-count.js';
import {spawnReason} from './spawn-reason.js';
import {findServerState, totalRequests} from './uvicorn.js';
import {walk} from './unreadable.js';
import {readInt} from './values.js';

/** How the class of a worker keeps its requests, which decides what a stack tells of them. */
export type Kind =
  /** One thread, one request: sync. */
  | 'one'
  /** A request a thread: gthread. */
  | 'pool'
  /** Many on one thread, of which its stack shows at most one: gevent, eventlet, tornado, asgi and classes unknown here. */
  | 'turns'
  /** The same, with the counter in the server and not in the worker. */
  | 'uvicorn';

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
};

export type WorkerReadOptions = {
  readonly stack: boolean;
  readonly showQuery: boolean;
  readonly now: Moment;
};

/** The kind of a class by the names it inherits from, for an application may have made a class of its own. */
export function kindOf(classNames: readonly string[]): Kind {
  if (classNames.includes('UvicornWorker')) return 'uvicorn';
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
  return {program, worker, kind: kindOf(names), zone, count: {}};
}

/**
 * Sync, gthread, gevent, eventlet and tornado count a request before the application is called. asgi and uvicorn count
 * one when it is answered: there the count is short of the requests in flight, which only their tasks tell.
 */
function readCount(reader: WorkerReader, nowMs: number): number | undefined {
  const {program, worker, kind, serverState} = reader;
  const read = (): readonly (number | undefined)[] => {
    if (kind !== 'uvicorn') return countTwice(program.heap, worker.object, 'nr');
    return serverState === undefined ? [] : totalRequests(program, serverState);
  };

  for (let attempt = 0; attempt < 3; attempt++) {
    const [first, second] = read();
    const {state, value} = takeCount(reader.count, first, second, nowMs);
    reader.count = state;
    if (value !== undefined) return value;
  }

  return undefined;
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
  const requests = requestsIn(reader.kind, seen, threads.isComplete);
  return {threads: seen.map(describeThread), ...(requests !== undefined && {requests})};
}

/** For a worker with hundreds of threads; a usual look takes some dozens. */
const mostReads = 20_000;

/** One read of a worker. Throws `Unreadable` when it is gone, or its threads cannot be followed. */
export function readWorker(reader: WorkerReader, options: WorkerReadOptions): WorkerPeek {
  const {program} = reader;
  program.heap.turn(options.now.monotonicMs);
  program.heap.memory.allow(mostReads);

  const needsStack = options.stack || (reader.kind === 'uvicorn' && reader.serverState === undefined);
  const threads = needsStack ? readThreads(program) : undefined;
  const stacks = threads === undefined ? {} : takeStacks(reader, threads, options);
  const limit = (reader.maxRequests ??= readLimit(reader))?.value;
  const requestsBegun = readCount(reader, options.now.monotonicMs);

  return {
    id: program.id,
    ...(requestsBegun !== undefined && {requestsBegun}),
    ...(limit !== undefined && {maxRequests: limit}),
    ...(reader.spawnReason !== undefined && {spawnReason: reader.spawnReason}),
    ...(options.stack && stacks),
  };
}
