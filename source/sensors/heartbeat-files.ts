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

function look(pid: number, fd: number, link: string, root: string): HeldHeartbeat | undefined {
  const suffix = heartbeatSuffix(link);
  if (suffix === undefined) return undefined;

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
