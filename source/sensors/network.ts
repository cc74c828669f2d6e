/** Counters of a network namespace: connections that its TCP listeners took up, and those they dropped (proc_pid_net(5)). */
import type {NetworkSample} from '../machine-sample.js';
import {textAt} from './kernel-text.js';

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
