/**
 * The kernel's own events of births and deaths: the exact exit status of every child, also of one that lived shorter
 * than a sample. From Linux 6.6 on for every user, before for root; on the host only.
 *
 * Births and deaths of the whole machine come in; only those below the master are kept.
 */
import {exitStatusOf} from '../gunicorn/wait-status.js';
import type {BriefLife, ExitStatus, Moment, Reading} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {isInFirstNamespace, momentOf} from './kernel-source.js';
import {openProcessEventSocket, type ProcessEventSocket} from './process-event-socket.js';
import type {ProcessEvent} from './process-events.js';
import {stateOf} from './source-states.js';

export type Connector = {
  readonly state: SourceState;
  /** Takes in what has happened by now. */
  readonly listen: () => void;
  /** How a process ended whose end was told in the last seconds. */
  readonly statusOf: (pid: number) => ExitStatus | undefined;
  /** Whether a child of the master runs another program than its master by now; undefined where its fork was not told. */
  readonly hasExecuted: (pid: number) => boolean | undefined;
  /** The process that a thread belongs to which was begun since we listen; undefined when it is not known. */
  readonly ownerOf: (threadId: number) => number | undefined;
  /** Children of the master that ended, of which no sample showed anything; each is told once. `hasGap`: some may be missing. */
  readonly briefLives: (
    at: Moment,
    wasSampled: (pid: number) => boolean,
  ) => {
    readonly events: readonly BriefLife[];
    readonly hasGap: boolean;
  };
  readonly close: () => void;
};

const id = 'connector';

/** 2 µs each; what is left then waits in the socket. */
const eventsAtOnce = 10_000;

/** How long the end of a process is kept for whoever misses it. */
const keptMs = 10_000;

/** The newest: what is asked about is a thread that has just ended. */
const threadsKept = 10_000;

type Child = {readonly bornMs: number; hasExecuted: boolean};
type End = {readonly monotonicMs: number; readonly exit: ExitStatus; readonly bornMs?: number};

function silent(state: SourceState): Connector {
  return {
    state,
    listen: () => undefined,
    statusOf: () => undefined,
    hasExecuted: () => undefined,
    ownerOf: () => undefined,
    briefLives: () => ({events: [], hasGap: false}),
    close: () => undefined,
  };
}

function refused(reading: Exclude<Reading<never>, {readonly kind: 'ok'}>): Connector {
  const state = stateOf(id, reading);
  return silent(
    state.state === 'denied' ? {...state, unlock: 'run gunspect as root, or give it CAP_NET_ADMIN'} : state,
  );
}

function openHere(root: string): Reading<ProcessEventSocket> {
  if (process.platform !== 'linux') return {kind: 'unsupported', why: 'not on this platform'};
  if (!isInFirstNamespace('pid', root) || !isInFirstNamespace('user', root)) {
    return {kind: 'unsupported', why: 'process events are told to the host only, not in a container'};
  }

  return openProcessEventSocket();
}

/** Never fails: what stands in the way is in its state. `isWatched` says whether a process is one whose end will be asked for. */
export function openConnector(
  masterPid: number,
  isWatched: (pid: number) => boolean,
  root = '/proc',
  opened = openHere(root),
): Connector {
  if (opened.kind !== 'ok') return refused(opened);

  const socket = opened.value;
  const children = new Map<number, Child>();
  const ends = new Map<number, End>();
  const threads = new Map<number, number>();
  let hasGap = false;

  const take = (event: ProcessEvent): void => {
    const {pid, monotonicMs} = event;
    switch (event.kind) {
      case 'fork':
        ends.delete(pid);
        if (event.parent === masterPid) children.set(pid, {bornMs: monotonicMs, hasExecuted: false});
        return;
      case 'thread':
        if (!children.has(pid) && !isWatched(pid)) return;

        threads.delete(event.threadId);
        threads.set(event.threadId, pid);
        for (const oldest of threads.keys()) {
          if (threads.size <= threadsKept) break;
          threads.delete(oldest);
        }
        return;
      case 'exec': {
        const child = children.get(pid);
        if (child) child.hasExecuted = true;
        return;
      }
      case 'exit': {
        const child = children.get(pid);
        const exit = exitStatusOf(event.waitStatus & 0xff_ff);
        children.delete(pid);
        if (exit === undefined || (child === undefined && !isWatched(pid))) return;

        // A child that ran another program is a helper of the application, or a USR2 successor, and no worker.
        ends.set(pid, {monotonicMs, exit, ...(child?.hasExecuted === false && {bornMs: child.bornMs})});
      }
    }
  };

  const drain = (): void => {
    for (let count = 0; count < eventsAtOnce; count++) {
      const event = socket.next();
      if (event === 'none') return;
      if (event === 'lost') hasGap = true;
      else if (event !== 'skipped') take(event);
    }
  };

  const forgetOld = (nowMs: number): void => {
    for (const [pid, {monotonicMs}] of ends) {
      if (nowMs - monotonicMs > keptMs) ends.delete(pid);
    }
  };

  return {
    state: {id, state: 'ok'},
    listen: drain,
    statusOf: (pid) => {
      drain();
      return ends.get(pid)?.exit;
    },
    hasExecuted: (pid) => {
      drain();
      return children.get(pid)?.hasExecuted;
    },
    ownerOf: (threadId) => threads.get(threadId),
    briefLives: (at, wasSampled) => {
      drain();
      const events: BriefLife[] = [];
      for (const [pid, {monotonicMs, exit, bornMs}] of ends) {
        if (bornMs === undefined) continue;

        ends.set(pid, {monotonicMs, exit});
        const bornAt = momentOf(bornMs, at);
        if (!wasSampled(pid)) events.push({kind: 'brief-life', at: momentOf(monotonicMs, at), pid, bornAt, exit});
      }

      forgetOld(at.monotonicMs);
      const lost = hasGap;
      hasGap = false;
      return {events, hasGap: lost};
    },
    close: () => socket.close(),
  };
}
