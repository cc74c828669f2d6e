/**
 * The heartbeat files of the workers of one master, each held open by path only.
 *
 * A descriptor opened with O_PATH needs no right to read the file, can be asked for its times at every tick, and still
 * answers after the worker's death. A worker's own file is the one made for it: right after a fork it also holds those
 * of its siblings, so it is looked for again a moment later. Where a worker's descriptors are refused (it changed its
 * user), the master's descriptor leads to the same file, and the time it was made tells whose it is.
 */
import fs from 'node:fs';
import {heartbeatFrom} from '../gunicorn/heartbeat.js';
import type {Heartbeat, Moment, Reading} from '../observation.js';
import {heldHeartbeats, type HeldHeartbeat} from './heartbeat-files.js';
import {attempt, type NoReading, type Owner} from './reading.js';

/** O_PATH of open(2), which Node does not name. The same on x86-64 and arm64. */
const openPathOnly = 0o10000000;

/** How long after its birth a worker may still hold its siblings' files. */
export const settledAfterMs = 200;

// Starts are told to 10 ms, and pre_fork hooks run between the making of the file and the fork.
const bornAfterStartMs = 30;
const longestForkMs = 2000;

export type HeartbeatChild = {
  readonly pid: number;
  /** Wall clock of its start, milliseconds. */
  readonly startedWallMs: number;
};

export type Heartbeats = {
  /** Looks for the files of those children that have none yet, or had theirs found too early to be sure. */
  readonly find: (children: readonly HeartbeatChild[], nowWallMs: number) => void;
  /** Whether `find` has something left to look for. */
  readonly isOwed: (child: HeartbeatChild, nowWallMs: number) => boolean;
  /** Whether this child has a heartbeat file of its own; undefined as long as that is not sure. */
  readonly owns: (pid: number) => boolean | undefined;
  /** The file as it stands; also after the worker's death, until it is dropped. Undefined when none was found. */
  readonly read: (pid: number, now: Moment) => Heartbeat | undefined;
  /** Why the master's descriptors could not be read, when they could not. */
  readonly refusal: () => NoReading | undefined;
  readonly drop: (pid: number) => void;
  readonly close: () => void;
};

type Watched = {
  readonly identity?: string;
  readonly descriptor?: number;
  /** Found, or given up, long enough after birth to be final. */
  readonly final: boolean;
};

function fitsStart(heartbeat: HeldHeartbeat, child: HeartbeatChild): boolean {
  if (heartbeat.bornWallMs === undefined) return false;

  const before = child.startedWallMs - heartbeat.bornWallMs;
  return before > -bornAfterStartMs && before < longestForkMs;
}

/** The youngest file; the one that was made last is the one made for the child that was forked last. */
function youngest(heartbeats: readonly HeldHeartbeat[]): HeldHeartbeat | undefined {
  return heartbeats.toSorted((a, b) => (b.bornWallMs ?? 0) - (a.bornWallMs ?? 0))[0];
}

export function openHeartbeats(masterPid: number, root = '/proc', owner?: Owner): Heartbeats {
  const watched = new Map<number, Watched>();
  let refusal: NoReading | undefined;

  const drop = (pid: number): void => {
    const descriptor = watched.get(pid)?.descriptor;
    if (descriptor !== undefined) fs.closeSync(descriptor);
    watched.delete(pid);
  };

  const hold = (child: HeartbeatChild, holderPid: number, heartbeat: HeldHeartbeat, final: boolean): void => {
    const before = watched.get(child.pid);
    if (before?.identity === heartbeat.identity) {
      watched.set(child.pid, {...before, final});
      return;
    }

    drop(child.pid);
    const opened = attempt(() => fs.openSync(`${root}/${holderPid}/fd/${heartbeat.fd}`, openPathOnly));
    if (opened.kind === 'ok') watched.set(child.pid, {identity: heartbeat.identity, descriptor: opened.value, final});
  };

  const findOne = (child: HeartbeatChild, mine: readonly HeldHeartbeat[], final: boolean): void => {
    // A file that belongs to a sibling for sure can be held by this child too, but is not its own.
    const taken = new Set(
      [...watched].filter(([pid, it]) => pid !== child.pid && it.final).map(([, it]) => it.identity),
    );
    const free = mine.filter(({identity}) => !taken.has(identity));
    const theirs: Reading<readonly HeldHeartbeat[]> = heldHeartbeats(child.pid, root, owner);

    if (theirs.kind === 'ok') {
      const identities = new Set(free.map(({identity}) => identity));
      const own = youngest(theirs.value.filter(({identity}) => identities.has(identity)));
      // A file as young as the child settles it at once.
      if (own !== undefined) hold(child, child.pid, own, final || fitsStart(own, child));
      else if (final && watched.get(child.pid)?.identity === undefined) watched.set(child.pid, {final});
      return;
    }

    if (theirs.kind !== 'denied') return;

    const own = youngest(free.filter((heartbeat) => fitsStart(heartbeat, child)));
    if (own !== undefined) hold(child, masterPid, own, true);
  };

  const isOwed = (child: HeartbeatChild, nowWallMs: number): boolean => {
    const known = watched.get(child.pid);
    if (known?.final === true) return false;

    return known === undefined || nowWallMs - child.startedWallMs >= settledAfterMs;
  };

  return {
    isOwed,
    find: (children, nowWallMs) => {
      const owed = children.filter((child) => isOwed(child, nowWallMs));
      if (owed.length === 0) return;

      const mine = heldHeartbeats(masterPid, root, owner);
      refusal = mine.kind === 'ok' ? undefined : mine;
      // The oldest first: each takes its own file, and what younger siblings inherited is taken then.
      for (const child of owed.toSorted((a, b) => a.startedWallMs - b.startedWallMs)) {
        findOne(child, mine.kind === 'ok' ? mine.value : [], nowWallMs - child.startedWallMs >= settledAfterMs);
      }
    },
    owns: (pid) => {
      const known = watched.get(pid);
      return known?.final === true ? known.descriptor !== undefined : undefined;
    },
    read: (pid, now) => {
      const descriptor = watched.get(pid)?.descriptor;
      if (descriptor === undefined) return undefined;

      return heartbeatFrom(fs.fstatSync(descriptor), now);
    },
    refusal: () => refusal,
    drop,
    close: () => {
      for (const pid of watched.keys()) drop(pid);
    },
  };
}
