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
import type {Heartbeat} from '../heartbeat.js';
import type {Moment, Reading} from '../observation.js';
import {heldHeartbeats, type HeldHeartbeat} from './heartbeat-files.js';
import {fitsStart, pairByBirth, youngestFirst, type HeartbeatChild} from './heartbeat-pairing.js';
import {attempt, type NoReading, type Owner} from './reading.js';

/** O_PATH of open(2), which Node does not name. The same on x86-64 and arm64. */
const openPathOnly = 0o10000000;

/** How long after its birth a worker may still hold its siblings' files. */
export const settledAfterMs = 200;

const retryAfterMs = 1000;

export type Heartbeats = {
  /** Looks for the files of those children that have none yet, or had theirs found too early to be sure. */
  readonly find: (children: readonly HeartbeatChild[], nowWallMs: number) => void;
  /** Whether `find` has something left to look for. */
  readonly isOwed: (pid: number, startedWallMs: number, nowWallMs: number) => boolean;
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
  /** When it is worth looking again. */
  readonly notBeforeWallMs?: number;
};

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

  /** Files of the master that belong to no other child for sure. A child may hold those of its siblings too. */
  const freeFor = (pids: ReadonlySet<number>, mine: readonly HeldHeartbeat[]): readonly HeldHeartbeat[] => {
    const taken = new Set([...watched].filter(([pid, it]) => !pids.has(pid) && it.final).map(([, it]) => it.identity));
    return mine.filter(({identity}) => !taken.has(identity));
  };

  /** By the descriptors of the child itself. False when they are refused. */
  const findByDescriptors = (child: HeartbeatChild, mine: readonly HeldHeartbeat[], final: boolean): boolean => {
    const theirs: Reading<readonly HeldHeartbeat[]> = heldHeartbeats(child.pid, root, owner);
    if (theirs.kind !== 'ok') return theirs.kind !== 'denied';

    const identities = new Set(freeFor(new Set([child.pid]), mine).map(({identity}) => identity));
    const [own] = youngestFirst(theirs.value.filter(({identity}) => identities.has(identity)));
    // A file as young as the child settles it at once.
    if (own !== undefined) hold(child, child.pid, own, final || fitsStart(own, child));
    else if (final && watched.get(child.pid)?.identity === undefined) watched.set(child.pid, {final});
    return true;
  };

  const findByBirth = (
    children: readonly HeartbeatChild[],
    mine: readonly HeldHeartbeat[],
    nowWallMs: number,
  ): void => {
    const pairs = pairByBirth(children, freeFor(new Set(children.map(({pid}) => pid)), mine));
    for (const child of children) {
      const own = pairs.get(child.pid);
      if (own !== undefined) hold(child, masterPid, own, true);
      else watched.set(child.pid, {final: false, notBeforeWallMs: nowWallMs + retryAfterMs});
    }
  };

  const isOwed = (pid: number, startedWallMs: number, nowWallMs: number): boolean => {
    const known = watched.get(pid);
    if (known === undefined) return true;
    if (known.final || nowWallMs < (known.notBeforeWallMs ?? 0)) return false;

    return nowWallMs - startedWallMs >= settledAfterMs;
  };

  return {
    isOwed,
    find: (children, nowWallMs) => {
      const owed = children.filter(({pid, startedWallMs}) => isOwed(pid, startedWallMs, nowWallMs));
      if (owed.length === 0) return;

      const held = heldHeartbeats(masterPid, root, owner);
      refusal = held.kind === 'ok' ? undefined : held;
      const mine = held.kind === 'ok' ? held.value : [];
      // The oldest first: each takes its own file, and what younger siblings inherited is taken then.
      const oldestFirst = owed.toSorted((a, b) => a.startedWallMs - b.startedWallMs || a.pid - b.pid);
      const refused = oldestFirst.filter(
        (child) => !findByDescriptors(child, mine, nowWallMs - child.startedWallMs >= settledAfterMs),
      );
      // A fork that is under way has made its file and not yet its child: then the two would not pair off.
      const isSettled = refused.every(({startedWallMs}) => nowWallMs - startedWallMs >= settledAfterMs);
      if (isSettled) findByBirth(refused, mine, nowWallMs);
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
