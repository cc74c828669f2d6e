/** Network namespaces: whether one is ours, and what it counts of its TCP listeners (proc_pid_net(5)). */
import fs from 'node:fs';
import type {NetworkSample} from '../machine-sample.js';
import {textAt} from './kernel-text.js';
import {attempt, valueOf} from './reading.js';

/**
 * Whether the process lives in our own network namespace; false also where that cannot be seen. Each namespace has files
 * of its own below `net`, which everyone may see, other than the link `ns/net`.
 */
export function isInOurNetwork(pid: number, root = '/proc'): boolean {
  const fileOf = (who: number | 'self'): number | undefined =>
    valueOf(attempt(() => fs.statSync(`${root}/${who}/net/tcp`).ino));
  const theirs = fileOf(pid);
  return theirs !== undefined && theirs === fileOf('self');
}

/** A field of a table that has a line of names and, below it, a line of values with the same first word. */
export function namedField(text: string | undefined, table: string, field: string): number | undefined {
  const [names, values] = text?.split('\n').filter((line) => line.startsWith(`${table}: `)) ?? [];
  const column = names?.split(' ').indexOf(field) ?? -1;
  const value = column < 1 ? undefined : values?.split(' ')[column];
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** Of the namespace that this process lives in; everyone may read them. */
export function readNetwork(pid: number, root = '/proc'): Omit<NetworkSample, 'otherListeners'> {
  const passiveOpens = namedField(textAt(`${root}/${pid}/net/snmp`), 'Tcp', 'PassiveOpens');
  const extended = textAt(`${root}/${pid}/net/netstat`);
  const listenOverflows = namedField(extended, 'TcpExt', 'ListenOverflows');
  const listenDrops = namedField(extended, 'TcpExt', 'ListenDrops');
  return {
    ...(passiveOpens !== undefined && {passiveOpens}),
    ...(listenOverflows !== undefined && {listenOverflows}),
    ...(listenDrops !== undefined && {listenDrops}),
  };
}
