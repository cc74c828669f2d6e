/**
 * Reads memory in one thread of its own, and goes on when a read there does not come back.
 *
 * Reading blocks while somebody holds the lock of the target's memory, or while a page of it is fetched. Such a thread
 * cannot be ended, so it is given up: another one goes on without the worker that it was reading.
 */
import {closeSync, openSync} from 'node:fs';
import type {Worker} from 'node:worker_threads';
import type {Peeked, ProcessId, Reading} from '../observation.js';
import {attempt, type Owner} from '../sensors/reading.js';
import {refusedByYama} from '../sensors/yama.js';
import {
  progressBytes,
  progressOn,
  type Plan,
  type Progress,
  type ThreadMessage,
  type ThreadTask,
} from './thread-messages.js';
import {dropSpareThread, startThread} from './thread-start.js';

export type PeekThreadOptions = {
  readonly root?: string;
  readonly showQuery?: boolean;
  /** Whose process it is. */
  readonly owner?: Owner;
  /** Starts the thread; a test starts another one. */
  readonly start?: (task: ThreadTask) => Worker;
};

/** How the thread stands. `waiting`: it has said nothing yet. */
export type PeekState =
  | {readonly kind: 'waiting'}
  | {readonly kind: 'reading'; readonly interpreter: string}
  | {readonly kind: 'refused'; readonly reading: Exclude<Reading<never>, {readonly kind: 'ok'}>};

export type PeekThread = {
  /** Resolves when something was read, or refused, or when `ms` have gone by. */
  readonly answered: (ms: number) => Promise<void>;
  /** Says who is to be read from now on. To be called at every tick: it also looks after the thread. */
  readonly plan: (plan: Plan) => void;
  /** What was read since the last call, oldest first. */
  readonly take: () => readonly Peeked[];
  readonly state: () => PeekState;
  /** Workers that are left alone because a read of their memory did not come back. */
  readonly givenUp: () => readonly number[];
  readonly close: () => void;
};

type RunningThread = {readonly worker: Worker; readonly progress: Progress};

const patienceMs = 2000;

/** Threads that can be given up before no other one is started. */
const mostGivenUp = 3;

/** More readings than a minute brings are not kept for a session that does not take them. */
const mostKept = 300;

const held = new Set<Worker>();

/** Whether a read holds a thread of this process, so that the process cannot leave as usual: it would wait for it. */
export function isThreadHeld(): boolean {
  return held.size > 0;
}

/** Ends the thread; one that is in the middle of a read ends when that comes back, if ever. */
function abandon({worker, progress}: RunningThread): void {
  if (progress.current() !== undefined) held.add(worker);
  worker.once('exit', () => held.delete(worker));
  void worker.terminate();
}

export function openPeekThread(master: ProcessId, options: PeekThreadOptions = {}): PeekThread {
  const {root = '/proc', showQuery = false, owner, start = startThread} = options;
  const givenUp: number[] = [];
  const waiting = new Set<() => void>();
  let read: Peeked[] = [];
  let state: PeekState = {kind: 'waiting'};
  let planned = '';
  let thread: RunningThread | undefined;

  const answer = (next: PeekState): void => {
    state = next;
    for (const resolve of waiting) resolve();
  };

  const begin = (): void => {
    const progress = new SharedArrayBuffer(progressBytes);
    const task: ThreadTask = {
      masterPid: master.pid,
      masterStartTicks: master.startTicks,
      root,
      showQuery,
      progress,
    };
    const worker = start(task);
    worker.unref();
    const isCurrent = (): boolean => thread?.worker === worker;
    worker.on('message', (message: ThreadMessage) => {
      if (!isCurrent()) return;
      if (message.kind === 'opened') state = {kind: 'reading', interpreter: message.interpreter};
      else if (message.kind === 'refused') answer({kind: 'refused', reading: message.reading});
      else {
        read = [...read.slice(1 - mostKept), message.peeked];
        if (message.peeked.workers.length > 0) answer(state);
      }
    });
    worker.on('error', (error: Error) => {
      if (isCurrent()) answer({kind: 'refused', reading: {kind: 'failed', why: `a bug of ours: ${error.message}`}});
    });
    thread = {worker, progress: progressOn(progress)};
  };

  /** Gives the thread up when it has been at one read for too long. */
  const lookAfter = (): void => {
    const current = thread?.progress.current();
    if (!thread || !current || current.forMs < patienceMs) return;
    abandon(thread);
    thread = undefined;
    givenUp.push(current.pid);
    if (current.pid === master.pid || givenUp.length > mostGivenUp) {
      const whose = current.pid === master.pid ? 'the master' : `worker ${current.pid}`;
      answer({kind: 'refused', reading: {kind: 'failed', why: `a read of the memory of ${whose} did not come back`}});
    } else {
      planned = '';
      begin();
    }
  };

  // Who may not open it is told at once, and without a thread that would learn no more.
  const opened =
    refusedByYama(master.pid, root, owner) ??
    attempt(() => closeSync(openSync(`${root}/${master.pid}/mem`, 'r')), owner);
  if (opened.kind === 'ok') {
    begin();
  } else {
    dropSpareThread();
    state = {kind: 'refused', reading: opened};
  }

  return {
    answered: async (ms) => {
      if (ms <= 0 || state.kind === 'refused' || read.some(({workers}) => workers.length > 0)) return;
      await new Promise<void>((resolve) => {
        const over = setTimeout(done, ms);
        function done(): void {
          clearTimeout(over);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    },
    plan: (plan) => {
      lookAfter();
      const workers = plan.workers.filter(({id}) => !givenUp.includes(id.pid));
      const text = JSON.stringify(workers);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window and has no origin
      if (text !== planned) thread?.worker.postMessage({...plan, workers});
      planned = text;
    },
    take: () => {
      const taken = read;
      read = [];
      return taken;
    },
    state: () => state,
    givenUp: () => givenUp,
    close: () => {
      if (thread) abandon(thread);
      thread = undefined;
    },
  };
}
