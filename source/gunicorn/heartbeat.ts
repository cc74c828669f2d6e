/**
 * The heartbeat file every gunicorn worker shares with its master, and what its fields mean.
 *
 * It is created by mkstemp and unlinked at once, so it is only reachable through `/proc/<pid>/fd`. Up to 21.2 a
 * heartbeat is fchmod to 0 or 1; from 22.0 it is utime with CLOCK_MONOTONIC (workertmp.py 21.2:44, 22.0:43). Both move
 * the ctime, so the wall clock of the last heartbeat is known for every version.
 */
import type {Heartbeat} from '../heartbeat.js';
import type {Moment} from '../observation.js';

/** The fields of fstat(2) that matter; times in milliseconds. */
export type HeartbeatFile = {readonly mode: number; readonly ctimeMs: number; readonly mtimeMs: number};

const linkPattern = /(?:^|\/)wgunicorn-([A-Za-z0-9_]{8}) \(deleted\)$/;

// A monotonic clock counts from boot: below this it cannot be a wall clock of any year after 2001.
const smallestWallMs = 1e12;

/** Whether a link of `/proc/<pid>/fd` is a heartbeat file. */
export function isHeartbeatLink(link: string): boolean {
  return linkPattern.test(link);
}

/** The random part of its name: inode numbers are used again, this is not. Undefined for another link. */
export function heartbeatSuffix(link: string): string | undefined {
  return linkPattern.exec(link)?.[1];
}

/** Which family of versions wrote it, known once the worker has notified; undefined before. */
export function heartbeatFamily(file: HeartbeatFile): 'up-to-21.2' | 'since-22.0' | undefined {
  if (file.mtimeMs < smallestWallMs) return 'since-22.0';

  const permissions = file.mode & 0o777;
  return permissions === 0 || permissions === 1 ? 'up-to-21.2' : undefined;
}

/**
 * The heartbeat as an observation. `now` is when the file was read: a beat in its future comes from another time
 * namespace, and its monotonic time is left out.
 */
export function heartbeatFrom(file: HeartbeatFile, now: Moment): Heartbeat {
  const family = heartbeatFamily(file);
  const comparable = family === 'since-22.0' && file.mtimeMs <= now.monotonicMs + 1000;

  // Whole milliseconds are finer than anything is judged by, and their last digits would be half of a recording.
  return {
    changedWallMs: Math.floor(file.ctimeMs),
    notified: family !== undefined,
    ...(comparable && {beatMonotonicMs: Math.floor(file.mtimeMs)}),
  };
}

/**
 * Milliseconds since the last heartbeat, by the monotonic clock when the worker writes it, else by the wall clock, and
 * never below 0. Before the first heartbeat it is the time since the file was made, just before the fork.
 */
export function heartbeatAgeMs(heartbeat: Heartbeat, moment: Moment): number {
  const age =
    heartbeat.beatMonotonicMs === undefined
      ? moment.wallMs - heartbeat.changedWallMs
      : moment.monotonicMs - heartbeat.beatMonotonicMs;

  return Math.max(0, age);
}
