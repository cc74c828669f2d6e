/**
 * What a worker is doing, judged from its process state, its waits and its class.
 *
 * The same wait means different things in different classes: a sync worker that holds a client and waits for a
 * database is busy, the main thread of a gthread worker always waits in epoll, and a cooperative loop that waits there
 * may have a hundred requests under way or none. Where the facts allow two answers, the phase is `unknown`.
 */
import type {Activity, Wait} from '../activity.js';
import type {WorkerSample} from '../observation.js';
import {describePeer} from './peers.js';
import {workerClassOf, type WorkerClass} from './worker-classes.js';

/** `unknown` is an answer: `why` then says what is missing. */
export type WorkerPhase = {
  readonly phase: 'idle' | 'busy' | 'reading-request' | 'stopped' | 'unknown';
  /** One clause in plain words, without a full stop. */
  readonly why: string;
  /** What it waits for, in words: "10.0.3.7:5432 (postgresql)", "a lock", "/data/x". Only when it waits for something. */
  readonly blockedOn?: string;
};

/** What a sample gained over the one before. */
export type UsageDelta = {
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly voluntarySwitches?: number;
};

export type ActivityContext = {
  /** The class as gunicorn runs it, in any way of writing it. */
  readonly workerClass?: string;
  /** What it used since the previous sample; the only hint when another user's waits are unreadable. */
  readonly usage?: UsageDelta;
  /** Whether a request is known to be running, or known not to be, from a source that sees requests. */
  readonly requestRunning?: boolean;
};

/** From here on a worker whose waits are unreadable is working: half of one processor. */
const busyCpuShare = 0.5;

/** Below it a worker does nothing that lasts. */
const idleCpuShare = 0.1;

/** An idle worker of any class but uvicorn's, which has ten ticks, wakes once or twice a second; one that serves wakes at least once a request. */
const busySwitchesPerSecond = 5;

/** The phase of one worker that has booted, at one moment. */
export function phaseOf(
  sample: Pick<WorkerSample, 'processState' | 'activity'>,
  context: ActivityContext = {},
): WorkerPhase {
  const {processState, activity} = sample;
  if (processState === 'T' || processState === 't') return {phase: 'stopped', why: 'the process is stopped'};
  if (processState === 'Z' || processState === 'X') return {phase: 'unknown', why: 'the process has ended'};

  const main = activity?.main;
  if (activity === undefined || main === undefined) return withoutWaits(sample, context);

  const workerClass = workerClassOf(context.workerClass);
  if (workerClass?.threadPool) return inPool(activity, main, context);

  return workerClass?.cooperative ? inLoop(activity, main, context) : alone(activity, main, workerClass, context);
}

/** Nothing is known but what the process used, and perhaps the connections it holds. */
function withoutWaits(
  {processState, activity}: Pick<WorkerSample, 'processState' | 'activity'>,
  {usage, requestRunning, workerClass}: ActivityContext,
): WorkerPhase {
  if (requestRunning) return {phase: 'busy', why: 'a request is running'};
  if (processState === 'D') return {phase: 'busy', why: 'waiting for the disk', blockedOn: 'the disk'};
  if (processState === 'R')
    return worksForNobody(activity?.clients, {requestRunning, usage})
      ? workingForNobody
      : {phase: 'busy', why: 'on the processor'};
  if (usage !== undefined && usage.elapsedMs > 0) {
    if (usage.cpuMs / usage.elapsedMs >= busyCpuShare) return {phase: 'busy', why: 'using the processor'};

    const switches = ((usage.voluntarySwitches ?? 0) * 1000) / usage.elapsedMs;
    if (usage.cpuMs > 0 && switches >= busySwitchesPerSecond && workerClassOf(workerClass)?.name !== 'uvicorn')
      return {phase: 'busy', why: 'waking often to work'};
  }

  const takesOneAtATime = workerClassOf(workerClass)?.name === 'sync';
  if (takesOneAtATime && activity?.clients === 0) return {phase: 'idle', why: 'no client is connected'};
  if (takesOneAtATime && activity?.clients !== undefined) return {phase: 'busy', why: 'a client is connected'};

  return {phase: 'unknown', why: 'what it waits for cannot be read'};
}

/** Sync, and a class that is not known: one thread, one connection at a time. */
function alone(
  {clients}: Activity,
  main: Wait,
  workerClass: WorkerClass | undefined,
  {requestRunning, usage}: ActivityContext,
): WorkerPhase {
  if (main.kind === 'client') return atClient(main, requestRunning);
  if (main.kind === 'other' && !clients && !requestRunning)
    return {phase: 'unknown', why: `waiting in ${nameOf(main)}`};
  if (main.kind === 'cpu' && worksForNobody(clients, {requestRunning, usage})) return workingForNobody;
  if (main.kind !== 'accept') return busyWith(main);
  if (requestRunning) return {phase: 'busy', why: 'a request is running'};
  if (!clients) return {phase: 'idle', why: 'waiting for a connection'};

  // Gunicorn's own wait comes before it accepts: with a client in hand the application is the one that polls.
  return workerClass === undefined
    ? {phase: 'unknown', why: 'it holds a client, and its class is not known'}
    : {phase: 'busy', why: 'a client is connected'};
}

/** Gthread: the main thread only takes connections, the pool's threads serve them. */
function inPool(activity: Activity, main: Wait, {requestRunning, usage}: ActivityContext): WorkerPhase {
  const {clients, threads} = activity;
  // The main thread's epoll is its rest; a lock is where it waits for its threads while it drains.
  if (main.kind === 'cpu' && worksForNobody(clients, {requestRunning, usage})) return workingForNobody;
  if (main.kind !== 'accept' && main.kind !== 'lock')
    return clients === 0 && !requestRunning ? waitingForNobody(main) : busyWith(main);
  if (clients === 0 && !requestRunning) return {phase: 'idle', why: 'no client is connected'};

  const working = threads?.filter((wait) => wait.kind !== 'lock' && wait.kind !== 'accept') ?? [];
  const first = working.find((wait) => wait.kind !== 'client') ?? working.find((wait) => isWriting(wait)) ?? working[0];
  if (first !== undefined && clients !== undefined) {
    return first.kind === 'client' ? atClient(first, requestRunning) : busyWith(first);
  }

  if (requestRunning) return {phase: 'busy', why: 'a request is running'};
  if (requestRunning === false) return {phase: 'idle', why: 'no request is running'};
  if (clients === undefined) return {phase: 'unknown', why: 'its connections cannot be read'};
  if (threads?.length === 0) return {phase: 'idle', why: 'no thread has started to work'};

  return {phase: 'unknown', why: 'its clients may be kept alive, or served by threads that wait for a lock'};
}

/** Gevent, asgi and the others that serve many connections by turns on one thread. */
function inLoop({clients}: Activity, main: Wait, {requestRunning, usage}: ActivityContext): WorkerPhase {
  if (main.kind === 'cpu') return worksForNobody(clients, {requestRunning, usage}) ? workingForNobody : busyWith(main);
  if (main.kind !== 'accept')
    return main.kind === 'other' ? {phase: 'unknown', why: `waiting in ${nameOf(main)}`} : busyWith(main);
  if (requestRunning) return {phase: 'busy', why: 'a request is running'};
  if (requestRunning === false || clients === 0) return {phase: 'idle', why: 'its loop waits for a connection'};
  if (clients === undefined) return {phase: 'unknown', why: 'its connections cannot be read'};

  return {phase: 'unknown', why: 'its loop waits, and its clients may be kept alive or have a request under way'};
}

const reading = /^(?:recv|read|wait_woken|sk_wait_data|__skb_wait|skb_wait|unix_stream_(?:read|data))/;
const writing = /^(?:send|write|sk_stream_wait)/;

function isWriting(wait: Wait): boolean {
  return wait.via !== undefined && writing.test(wait.via);
}

/** The thread is at its client's own connection. */
function atClient(wait: Wait, requestRunning: boolean | undefined): WorkerPhase {
  if (isWriting(wait)) return {phase: 'busy', why: 'sending the response to its client', blockedOn: 'the client'};
  if (requestRunning) return {phase: 'busy', why: 'waiting for its client', blockedOn: 'the client'};

  // Gunicorn reads a request with recv. A select or poll that only may be about the client is the application's.
  return wait.via === undefined || reading.test(wait.via)
    ? {phase: 'reading-request', why: 'waiting for its client to send', blockedOn: 'the client'}
    : {phase: 'busy', why: 'a client is connected'};
}

function nameOf(wait: Wait): string {
  return wait.what ?? wait.via ?? 'the kernel';
}

function busyWith(wait: Wait): WorkerPhase {
  const blockedOn = blockedOnOf(wait);
  return {
    phase: 'busy',
    why: blockedOn === undefined ? 'on the processor' : `waiting for ${blockedOn}`,
    ...(blockedOn !== undefined && {blockedOn}),
  };
}

/** On the processor with no client in hand: a worker that starts, or leaves the interpreter, handles no request. */
const workingForNobody: WorkerPhase = {phase: 'unknown', why: 'on the processor, with no client connected'};

/**
 * Known to hold no client, or where its connections cannot be read, to have no request, or to have used next to nothing
 * of the processor on which it is seen: a heartbeat, or a process in the middle of its exit.
 */
function worksForNobody(
  clients: number | undefined,
  {requestRunning, usage}: {readonly [Key in 'requestRunning' | 'usage']?: ActivityContext[Key] | undefined},
): boolean {
  if (clients !== undefined) return clients === 0 && !requestRunning;
  if (requestRunning !== undefined) return !requestRunning;
  return usage !== undefined && usage.cpuMs < usage.elapsedMs * idleCpuShare;
}

/** The main thread of a pool handles no request itself, and none of its threads can have one without a client. */
function waitingForNobody(wait: Wait): WorkerPhase {
  return {phase: 'unknown', why: `waiting in ${nameOf(wait)}, with no client connected`};
}

function blockedOnOf(wait: Wait): string | undefined {
  switch (wait.kind) {
    case 'cpu':
      return undefined;
    case 'peer':
      return wait.what === undefined ? 'another server' : describePeer(wait.what);
    case 'client':
      return 'the client';
    case 'accept':
      return 'a connection';
    case 'file':
      return wait.what ?? 'a file';
    case 'child':
      return wait.what === undefined ? 'a child process' : `the child process ${wait.what}`;
    case 'lock':
      return 'a lock';
    case 'sleep':
      return 'a timer (sleep)';
    case 'disk':
      return wait.what === undefined ? 'the disk' : `the disk (${wait.what})`;
    case 'other':
      return nameOf(wait);
  }
}
