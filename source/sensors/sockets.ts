/**
 * The sockets of one network namespace, as its tables stood when they were last read.
 *
 * Reading the table of TCP sockets makes the kernel walk its whole hash (1 to 4 ms), so a table is read when it is
 * first asked for after `refresh`, and the session refreshes at most once a second for all workers together.
 */
import fs from 'node:fs';
import {openReadOnly} from './files.js';
import {parseInetRow, parseUnixRow, type Socket} from './socket-tables.js';
import {attempt} from './reading.js';

export type Sockets = {
  /** The socket behind a descriptor link `socket:[inode]`; undefined when no table has it. */
  readonly byInode: (inode: number) => Socket | undefined;
  /** Rows of the table of unix sockets with this path that wait to be accepted. Undefined when it cannot be read. */
  readonly unixQueue: (path: string) => number | undefined;
  /** Every listening TCP and unix socket of the namespace. */
  readonly listening: () => readonly Socket[];
  /** Forgets what was read, so that the next question reads anew. */
  readonly refresh: () => void;
  readonly close: () => void;
};

type TableName = 'tcp' | 'tcp6' | 'udp' | 'udp6' | 'unix';

// The order in which a socket is looked for: the dear tables of UDP are rarely needed.
const tableNames: readonly TableName[] = ['tcp', 'tcp6', 'unix', 'udp', 'udp6'];

/** A socket that no table had. One that is newer than the tables is missed once; twice means that it is of another family. */
type Miss = {readonly times: number; readonly generation: number};

// In refreshes: how long a socket of another family is not asked for again.
const forgetMissAfter = 10;

const largestTableBytes = 8 << 20;
const chunk = Buffer.allocUnsafe(1 << 16);

// One read gives at most a page of whole rows. A shorter answer is the last one, and asking again walks the hash again.
const pageBytes = 4096;
const longestRowBytes = 256;

function readTable(fd: number): string {
  let text = '';
  let position = 0;
  while (position < largestTableBytes) {
    const read = fs.readSync(fd, chunk, 0, chunk.length, position);
    text += chunk.toString('utf8', 0, read);
    position += read;
    if (read < pageBytes - longestRowBytes) break;
  }

  return text;
}

/** The inode of a link `socket:[inode]`; undefined for any other. */
export function socketInode(link: string): number | undefined {
  const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
  return inode === undefined ? undefined : Number(inode);
}

/** The tables of the namespace that this process lives in; everyone may read them. */
export function openSockets(pid: number, root = '/proc'): Sockets {
  const descriptors = new Map<TableName, number>();
  let tables = new Map<TableName, ReadonlyMap<number, Socket> | undefined>();
  let queued = new Map<string, number>();
  let generation = 0;
  const misses = new Map<number, Miss>();

  const load = (name: TableName): ReadonlyMap<number, Socket> | undefined => {
    if (tables.has(name)) return tables.get(name);

    const text = attempt(() => {
      const fd = descriptors.get(name) ?? openReadOnly(`${root}/${pid}/net/${name}`);
      descriptors.set(name, fd);
      return readTable(fd);
    });
    const table = text.kind === 'ok' ? new Map<number, Socket>() : undefined;
    tables.set(name, table);
    if (table === undefined || text.kind !== 'ok') return undefined;

    for (const row of text.value.split('\n')) {
      const socket = name === 'unix' ? parseUnixRow(row) : parseInetRow(row, name.startsWith('tcp') ? 'tcp' : 'udp');
      if (socket === undefined) continue;
      if (socket.inode !== 0) table.set(socket.inode, socket);
      else if (name === 'unix') queued.set(socket.local, (queued.get(socket.local) ?? 0) + 1);
    }

    return table;
  };

  const search = (inode: number): Socket | undefined => {
    for (const name of tableNames) {
      const socket = load(name)?.get(inode);
      if (socket !== undefined) return socket;
    }

    return undefined;
  };

  return {
    byInode: (inode) => {
      const miss = misses.get(inode);
      if (miss !== undefined && miss.times >= 2 && generation - miss.generation < forgetMissAfter) return undefined;

      const socket = search(inode);
      if (socket !== undefined) misses.delete(inode);
      else if (miss?.generation !== generation) misses.set(inode, {times: (miss?.times ?? 0) + 1, generation});
      return socket;
    },
    listening: () =>
      (['tcp', 'tcp6', 'unix'] as const).flatMap((name) =>
        [...(load(name)?.values() ?? [])].filter((socket) => socket.listening),
      ),
    unixQueue: (path) => (load('unix') === undefined ? undefined : (queued.get(path) ?? 0)),
    refresh: () => {
      tables = new Map();
      queued = new Map();
      generation++;
      for (const [inode, miss] of misses) if (generation - miss.generation >= forgetMissAfter) misses.delete(inode);
    },
    close: () => {
      for (const fd of descriptors.values()) fs.closeSync(fd);
      descriptors.clear();
    },
  };
}
