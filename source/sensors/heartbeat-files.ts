/**
 * The heartbeat files a process holds: the one thing that every gunicorn master shares with each of its workers.
 *
 * They are unlinked as soon as they exist, so a descriptor is the only way to them. Two descriptors are the same file
 * when device, inode and the random part of the name agree: inode numbers are used again.
 */
import fs from 'node:fs';
import {heartbeatSuffix} from '../gunicorn/heartbeat.js';
import type {Reading} from '../observation.js';
import {readDescriptors} from './procfs.js';
import {attempt, type Owner} from './reading.js';

export type HeldHeartbeat = {
  readonly fd: number;
  /** Device, inode and name in one word: equal for the same file. */
  readonly identity: string;
  /** When the file was made, just before its worker was forked; undefined where the file system does not keep it. */
  readonly bornWallMs?: number;
};

/**
 * Whether a descriptor was opened to write to, as gunicorn's are. An inspector like this one holds the files by path
 * only, and is no master for it; the mode of the link shows that (proc_pid_fd(5)).
 */
function isOpenForWriting(pid: number, fd: number, root: string): boolean {
  const link = attempt(() => fs.lstatSync(`${root}/${pid}/fd/${fd}`));
  return link.kind === 'ok' && (link.value.mode & 0o200) !== 0;
}

function look(pid: number, fd: number, link: string, root: string): HeldHeartbeat | undefined {
  const suffix = heartbeatSuffix(link);
  if (suffix === undefined || !isOpenForWriting(pid, fd, root)) return undefined;

  const stat = attempt(() => fs.statSync(`${root}/${pid}/fd/${fd}`));
  if (stat.kind !== 'ok') return undefined;

  const {dev, ino, birthtimeMs} = stat.value;
  return {fd, identity: `${dev}:${ino}:${suffix}`, ...(birthtimeMs > 0 && {bornWallMs: birthtimeMs})};
}

/** All of them, by descriptor. `denied` when the descriptors of the process cannot be read. */
export function heldHeartbeats(pid: number, root = '/proc', owner?: Owner): Reading<readonly HeldHeartbeat[]> {
  const descriptors = readDescriptors(pid, root, owner);
  if (descriptors.kind !== 'ok') return descriptors;

  const held = descriptors.value
    .map(({fd, link}) => look(pid, fd, link, root))
    .filter((heartbeat) => heartbeat !== undefined);
  return {kind: 'ok', value: held};
}
