/**
 * Tells by their times which heartbeat file belongs to which worker, for workers whose descriptors are refused.
 *
 * Gunicorn makes a worker's file right before it forks the worker. So the youngest worker has the youngest file that
 * was made before it, and so on down.
 */
import type {HeldHeartbeat} from './heartbeat-files.js';

export type HeartbeatChild = {
  readonly pid: number;
  /** Wall clock of its start, milliseconds. */
  readonly startedWallMs: number;
};

// Starts are told to 10 ms, twice rounded, and files to one tick of the kernel; pre_fork hooks run in between.
const bornAfterStartMs = 30;
const longestForkMs = 2000;

/** Whether a file can be the one that was made for the child. False where the file system keeps no times of birth. */
export function fitsStart(heartbeat: HeldHeartbeat, child: HeartbeatChild): boolean {
  if (heartbeat.bornWallMs === undefined) return false;

  const before = child.startedWallMs - heartbeat.bornWallMs;
  return before > -bornAfterStartMs && before < longestForkMs;
}

/** The youngest first. Of files made within one tick of the kernel, the one with the higher descriptor came later. */
export function youngestFirst(heartbeats: readonly HeldHeartbeat[]): readonly HeldHeartbeat[] {
  return heartbeats.toSorted((a, b) => (b.bornWallMs ?? 0) - (a.bornWallMs ?? 0) || b.fd - a.fd);
}

/** The file of each child, by its pid; a child without one that fits is left out. */
export function pairByBirth(
  children: readonly HeartbeatChild[],
  heartbeats: readonly HeldHeartbeat[],
): ReadonlyMap<number, HeldHeartbeat> {
  const pairs = new Map<number, HeldHeartbeat>();
  const free = [...youngestFirst(heartbeats)];
  for (const child of children.toSorted((a, b) => b.startedWallMs - a.startedWallMs || b.pid - a.pid)) {
    const at = free.findIndex((heartbeat) => fitsStart(heartbeat, child));
    const [own] = at === -1 ? [] : free.splice(at, 1);
    if (own !== undefined) pairs.set(child.pid, own);
  }

  return pairs;
}
