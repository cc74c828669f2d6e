/**
 * Finds the files a master writes to, through its own descriptors: so also those that were deleted or renamed, and
 * those in another mount namespace.
 */
import fs from 'node:fs';
import {isHeartbeatLink} from '../gunicorn/heartbeat.js';
import type {Reading} from '../observation.js';
import {readText} from './files.js';
import {readDescriptors, type DescriptorLink} from './procfs.js';
import {attempt, type Owner} from './reading.js';

export type WrittenFile = {
  readonly fd: number;
  /** Device and inode: the same file, whatever its name is by now. */
  readonly identity: string;
  /** The path as the link gives it, " (deleted)" included. */
  readonly link: string;
  readonly sizeBytes: number;
  /** When the file was made; undefined where the file system does not keep it. */
  readonly bornWallMs?: number;
};

const accessMode = 0o3;

/** Whether a descriptor was opened for writing; when that is not readable, it may have been. */
function isForWriting(pid: number, fd: number, root: string): boolean {
  const info = readText(`${root}/${pid}/fdinfo/${fd}`, 4096);
  const flags = info.kind === 'ok' ? /^flags:\t(\d+)$/m.exec(info.value)?.[1] : undefined;
  return flags === undefined || (Number.parseInt(flags, 8) & accessMode) !== fs.constants.O_RDONLY;
}

/** Which file a descriptor leads to; undefined when it is closed or not readable. */
export function identityOf(pid: number, fd: number, root = '/proc'): string | undefined {
  const stat = attempt(() => fs.statSync(`${root}/${pid}/fd/${fd}`));
  return stat.kind === 'ok' ? `${stat.value.dev}:${stat.value.ino}` : undefined;
}

function asWrittenFile(pid: number, {fd, link}: DescriptorLink, root: string): WrittenFile | undefined {
  if (!link.startsWith('/') || link.startsWith('/dev/') || isHeartbeatLink(link)) return undefined;

  const stat = attempt(() => fs.statSync(`${root}/${pid}/fd/${fd}`));
  if (stat.kind !== 'ok' || !stat.value.isFile() || !isForWriting(pid, fd, root)) return undefined;

  const {dev, ino, size, birthtimeMs} = stat.value;
  return {fd, identity: `${dev}:${ino}`, link, sizeBytes: size, ...(birthtimeMs > 0 && {bornWallMs: birthtimeMs})};
}

/** What we write to ourselves: to read that back as the target's log would go on for ever. */
function ownOutput(): ReadonlySet<string> {
  const stats = [1, 2].map((fd) => attempt(() => fs.fstatSync(fd)));
  return new Set(stats.flatMap((stat) => (stat.kind === 'ok' ? [`${stat.value.dev}:${stat.value.ino}`] : [])));
}

export type Written = {
  /** Regular files open for writing, each once, by descriptor. */
  readonly files: readonly WrittenFile[];
  /** Where standard error leads, which is where gunicorn logs unless told otherwise. */
  readonly standardError?: string;
};

/** What a process writes to. */
export function filesWrittenBy(pid: number, root = '/proc', owner?: Owner): Reading<Written> {
  const descriptors = readDescriptors(pid, root, owner);
  if (descriptors.kind !== 'ok') return descriptors;

  const ours = ownOutput();
  const files = new Map<string, WrittenFile>();
  for (const descriptor of descriptors.value) {
    const file = asWrittenFile(pid, descriptor, root);
    if (file !== undefined && !ours.has(file.identity) && !files.has(file.identity)) files.set(file.identity, file);
  }

  const standardError = descriptors.value.find(({fd}) => fd === 2)?.link;
  return {kind: 'ok', value: {files: [...files.values()], ...(standardError !== undefined && {standardError})}};
}
