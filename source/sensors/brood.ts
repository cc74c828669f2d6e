/**
 * Everyone below one master: its children, the workers of a dirty arbiter among them, and the orphans it leaves.
 *
 * Whoever was seen once is watched by a descriptor until it is reaped, so that a child the kernel left out of its list
 * for a moment, or one whose master died, is not taken for dead.
 */
import type {ChildKind, Moment, WorkerSample} from '../observation.js';
import type {ActivityReader} from './activity.js';
import {childKind, type KnownMaster} from './child-kind.js';
import type {Connector} from './connector.js';
import type {Exits} from './exits.js';
import type {Heartbeats} from './heartbeats.js';
import {machineConstants, uptimeMs} from './machine.js';
import type {ProcessStat} from './process-stat.js';
import {readChildren} from './procfs.js';
import {valueOf} from './reading.js';
import {openTurns} from './turns.js';
import type {WorkerUsage} from './worker-usage.js';
import {lastSampleOf, sampleOf, watchChild, type WatchedChild} from './watched-child.js';

export type BroodOptions = {
  readonly root: string;
  readonly clock: () => Moment;
  readonly master: () => KnownMaster;
  /** Sources that are turned off are undefined. */
  readonly heartbeats: Heartbeats | undefined;
  readonly activity: ActivityReader | undefined;
  readonly exits: Exits | undefined;
  readonly usage?: WorkerUsage | undefined;
  readonly connector: Connector | undefined;
};

export type Brood = {
  /** Takes in children that are new, and reads everyone. `isSlow` once a second, after the sockets were refreshed. */
  readonly read: (
    pids: readonly number[],
    at: Moment,
    isSlow: boolean,
    masterIsGone: boolean,
  ) => readonly WorkerSample[];
  /** Living children of one kind, by pid. */
  readonly pids: (kind: ChildKind) => readonly number[];
  /** Whether this process is watched, living or dead. */
  readonly has: (pid: number) => boolean;
  /** How many live. A successor is not counted: it lives on as a master of its own. */
  readonly size: () => number;
  readonly close: () => void;
};

type Tick = {readonly at: Moment; readonly isSlow: boolean; readonly masterIsGone: boolean};

// What descriptors and threads may cost in one second: 2 % of a core, however many connections the workers hold.
const answeringMs = 20;

/** Of a dead one there is nothing more to read. */
function isEnded(stat: ProcessStat): boolean {
  return stat.state === 'Z' || stat.state === 'X';
}

export function openBrood({root, clock, master, heartbeats, activity, exits, connector, usage}: BroodOptions): Brood {
  const units = machineConstants(root);
  const children = new Map<number, WatchedChild>();
  const turns = openTurns(answeringMs);

  const forget = (child: WatchedChild): void => {
    const {pid} = child.id;
    child.files.close();
    heartbeats?.drop(pid);
    activity?.drop(pid);
    exits?.release(child.id);
    usage?.drop(pid);
    children.delete(pid);
  };

  const welcome = (pid: number): void => {
    if (children.has(pid)) return;

    // Read together: a tick's own time may be old by now.
    const bootedWallMs = clock().wallMs - (valueOf(uptimeMs(root)) ?? 0);
    const watched = watchChild(pid, (startTicks) => bootedWallMs + (startTicks * 1000) / units.ticksPerSecond, root);
    if (watched.kind !== 'ok') return;

    children.set(pid, watched.value);
    exits?.hold(watched.value);
  };

  /** The workers of a dirty arbiter are no children of the master. */
  const welcomeDirtyWorkers = (): void => {
    for (const child of [...children.values()]) {
      if (child.kind !== 'dirty' || child.last?.parentPid !== master().pid) continue;

      for (const pid of valueOf(readChildren(child.id.pid, root)) ?? []) welcome(pid);
    }
  };

  const decideKind = (child: WatchedChild, stat: ProcessStat, at: Moment): void => {
    if (child.kind !== 'undecided') return;
    if (stat.parentPid !== master().pid && children.get(stat.parentPid)?.kind === 'dirty') {
      child.kind = 'dirty';
      return;
    }

    const {pid} = child.id;
    const ownsHeartbeat = heartbeats?.owns(pid);
    child.kind =
      ownsHeartbeat === true
        ? 'worker'
        : childKind(
            {
              pid,
              ageMs: at.wallMs - child.startedWallMs,
              stat,
              ownsHeartbeat,
              hasExecuted: connector?.hasExecuted(pid),
            },
            master(),
            root,
          );
  };

  const findHeartbeats = (at: Moment): void => {
    const owed = [...children.values()]
      .filter(({kind, isOver}) => !isOver && (kind === 'worker' || kind === 'undecided'))
      .map(({id, startedWallMs}) => ({pid: id.pid, startedWallMs}));
    heartbeats?.find(owed, at.wallMs);
  };

  /** Once a second where the master's descriptors are refused; else at once, for births do not wait. */
  const isFindingDue = (at: Moment, isSlow: boolean): boolean => {
    if (heartbeats === undefined) return false;
    if (heartbeats.refusal() !== undefined) return isSlow;

    for (const {id, startedWallMs, kind} of children.values()) {
      if (kind !== 'worker' && kind !== 'undecided') continue;
      if (heartbeats.isOwed(id.pid, startedWallMs, at.wallMs)) return true;
    }

    return false;
  };

  const readOne = (child: WatchedChild, {at, isSlow, masterIsGone}: Tick): WorkerSample | undefined => {
    const {pid} = child.id;
    const reading = child.files.stat();
    const stat = reading.kind === 'ok' ? reading.value : undefined;
    const heartbeat = heartbeats?.read(pid, clock());
    if (stat === undefined || isEnded(stat)) {
      const exit = exits?.statusOf(child.id) ?? connector?.statusOf(pid);
      const beside = {heartbeat, activity: undefined, exit, withSwitches: false};
      const last = lastSampleOf(child, stat, beside);
      if (stat === undefined) forget(child);
      return last;
    }

    if (!masterIsGone) decideKind(child, stat, at);
    const isWorker = child.kind === 'worker' || child.kind === 'undecided';
    if (isWorker) activity?.look(pid, stat.state);
    if (isWorker && isSlow && activity?.isOpen(pid) === true && turns.take(pid)) {
      activity.answer(pid, stat.state, stat.threads);
    }

    const waits = isWorker ? activity?.of(pid) : undefined;
    const withSwitches = isWorker && waits?.main === undefined;
    const used = isWorker && isSlow ? usage?.read(child.files, stat, stat.rssPages * units.pageBytes) : undefined;
    return sampleOf(child, stat, {heartbeat, activity: waits, exit: undefined, usage: used, withSwitches}, units);
  };

  return {
    read: (pids, at, isSlow, masterIsGone) => {
      for (const pid of pids) welcome(pid);
      if (isSlow) welcomeDirtyWorkers();
      if (!masterIsGone && isFindingDue(at, isSlow)) findHeartbeats(at);

      if (isSlow) turns.begin();
      if (isSlow) usage?.begin(at.monotonicMs);
      const samples: WorkerSample[] = [];
      for (const child of children.values()) {
        const sample = readOne(child, {at, isSlow, masterIsGone});
        if (sample !== undefined) samples.push(sample);
      }

      return samples;
    },
    pids: (kind) =>
      [...children.values()].filter((child) => child.kind === kind && !child.isOver).map(({id}) => id.pid),
    has: (pid) => children.has(pid),
    size: () => [...children.values()].filter(({isOver, kind}) => !isOver && kind !== 'successor').length,
    close: () => {
      for (const child of [...children.values()]) forget(child);
    },
  };
}
