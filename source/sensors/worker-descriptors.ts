/** What the descriptors of a worker lead to: its clients, the peers it talks to, files and pipes. */
import fs from 'node:fs';
import {redact} from '../gunicorn/redact.js';
import {readBytes} from './files.js';
import {nameInStat} from './process-stat.js';
import {readChildren, readDescriptor, readDescriptors, readStatus} from './procfs.js';
import {attempt, valueOf} from './reading.js';
import {isAcceptedFrom, type Socket} from './socket-tables.js';
import {socketInode, type Sockets} from './sockets.js';
import type {DescriptorTarget, Holdings} from './waits.js';

/** The sockets of a service: what a worker's own are told from. */
export type ServiceSockets = {
  readonly sockets: Sockets;
  readonly listeners: readonly Socket[];
  /** Inodes of the master's sockets, which every worker has as well: log, syslog, statsd. */
  readonly inherited: ReadonlySet<number>;
};

/** A worker that holds more descriptors is not counted out: it would take too long. */
export const mostDescriptors = 2048;

/** How a socket looks from the worker that holds it. */
function targetOfSocket(socket: Socket, listeners: readonly Socket[]): DescriptorTarget {
  if (socket.listening) return {kind: 'listener'};
  if (listeners.some((listener) => isAcceptedFrom(socket, listener))) return {kind: 'client'};
  if (socket.kind === 'unix') return {kind: 'peer', what: socket.local === '' ? 'unix socket' : redact(socket.local)};

  return {kind: 'peer', what: socket.remote ?? `${socket.kind} socket`};
}

/** Where one descriptor leads; `unknown` for a socket that the tables do not have. */
export function descriptorTarget(
  link: string | undefined,
  sockets: Sockets,
  listeners: readonly Socket[],
): DescriptorTarget {
  if (link === undefined) return {kind: 'unknown'};

  const inode = socketInode(link);
  if (inode !== undefined) {
    const socket = sockets.byInode(inode);
    return socket === undefined ? {kind: 'unknown'} : targetOfSocket(socket, listeners);
  }

  if (link.startsWith('pipe:')) return {kind: 'pipe'};
  return {kind: 'file', what: redact(link)};
}

/** The same by descriptor number. */
export function targetOf(
  pid: number,
  descriptor: number,
  {sockets, listeners}: ServiceSockets,
  root = '/proc',
): DescriptorTarget {
  return descriptorTarget(valueOf(readDescriptor(pid, descriptor, root)), sockets, listeners);
}

/** How many descriptors a process has open; undefined before Linux 6.2, where it can only be had by listing them. */
export function countDescriptors(pid: number, root = '/proc'): number | undefined {
  const stat = attempt(() => fs.statSync(`${root}/${pid}/fd`));
  return stat.kind === 'ok' && stat.value.size > 0 ? stat.value.size : undefined;
}

function nameOf(pid: number, root: string): string | undefined {
  const bytes = valueOf(readBytes(`${root}/${pid}/stat`, 4096));
  return bytes === undefined ? undefined : redact(nameInStat(bytes));
}

/** Names of the children of a worker. */
function childNames(pid: number, root: string): readonly string[] {
  return (valueOf(readChildren(pid, root)) ?? [])
    .map((child) => nameOf(child, root))
    .filter((name) => name !== undefined);
}

/** The name of the child that a worker calls by this pid, which inside a container is not the pid we see. */
export function childName(pid: number, called: number, root = '/proc'): string | undefined {
  const children = valueOf(readChildren(pid, root)) ?? [];
  const named = children.find((child) => (valueOf(readStatus(child, root))?.nsPid ?? child) === called) ?? children[0];
  return named === undefined ? undefined : nameOf(named, root);
}

const standardError = 2;

/**
 * Everything a worker holds. Undefined when its descriptors are refused or too many to look at, and when one of its
 * sockets is newer than the tables: nothing may be concluded from what is missing in them.
 */
export function holdingsOf(
  pid: number,
  {sockets, listeners, inherited}: ServiceSockets,
  root = '/proc',
): Holdings | undefined {
  const links = readDescriptors(pid, root, {}, mostDescriptors);
  if (links.kind !== 'ok' || links.value.length >= mostDescriptors) return undefined;

  let clients = 0;
  let clientsGone = 0;
  const peers: string[] = [];
  for (const {fd, link} of links.value) {
    const inode = fd <= standardError ? undefined : socketInode(link);
    if (inode === undefined || inherited.has(inode)) continue;

    const socket = sockets.byInode(inode);
    if (socket === undefined) {
      if (sockets.isForeign(inode)) continue;
      return undefined;
    }

    const target = targetOfSocket(socket, listeners);
    if (target.kind === 'client') {
      clients++;
      if (socket.peerClosed) clientsGone++;
    } else if (target.kind === 'peer' && !socket.peerClosed) peers.push(target.what);
  }

  return {clients, clientsGone, peers, children: childNames(pid, root)};
}
