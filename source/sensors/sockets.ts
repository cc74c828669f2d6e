/**
 * The sockets of one network namespace, as its tables stood when they were last read.
 *
 * Reading a table of TCP sockets makes the kernel walk its hash: 1 to 4 ms, and more with thousands of connections. So
 * a table is only read when it is asked for, at most once a second for all workers together, and the less often the
 * longer it takes. Listeners, which are wanted every second, the kernel is asked for without a table where it can be;
 * else they come first in it and are read without the rest.
 */
import fs from 'node:fs';
import {now} from './clock.js';
import {openReadOnly} from './files.js';
import {isInOurNetwork} from './network.js';
import {attempt} from './reading.js';
import {noDiagnosis, openSocketDiagnosis, type SocketDiagnosis} from './socket-diagnosis.js';
import {
  indexInetTable,
  indexUnixTable,
  isListeningRow,
  parseInetRow,
  tableOf,
  type Socket,
  type SocketTable,
} from './socket-tables.js';

export type Sockets = {
  /** The socket behind a descriptor link `socket:[inode]`; undefined when no table has it. */
  readonly byInode: (inode: number) => Socket | undefined;
  /** Whether the tables, read anew in between, never had this socket: it is of another family, or not connected. */
  readonly isForeign: (inode: number) => boolean;
  /** Every listening TCP and unix socket of the namespace. */
  readonly listening: () => readonly Socket[];
  /** Forgets what was read, so that the next question reads anew. To be called at most once a second. */
  readonly refresh: () => void;
  readonly close: () => void;
};

type TableName = 'tcp' | 'tcp6' | 'udp' | 'udp6' | 'unix';

// The order in which a socket is looked for: the tables of UDP are rarely needed.
const tableNames: readonly TableName[] = ['tcp', 'tcp6', 'unix', 'udp', 'udp6'];

/** A socket that no table had, how often and when it was last searched for. */
type Miss = {readonly times: number; readonly generation: number; readonly searchedMs: number};

// A socket that is newer than the tables is missed once; twice means that it is none of these families.
const missesOfForeign = 2;

// A foreign socket can become one of ours, when it is connected.
const searchAgainMs = 30_000;

// A set of tables that takes 3 ms of processor time is read once a second at most: a third of a percent of a core.
const restPerCost = 300;
const longestRestMs = 3000;

const largestTableBytes = 8 << 20;
const chunk = Buffer.allocUnsafe(1 << 16);

// One read gives at most a page of whole rows. A shorter answer is the last one, and asking again walks the hash again.
const pageBytes = 4096;
const longestRowBytes = 256;

/** Rows from the start of a table for as long as `goesOn` says so of the page that was read last. */
function readTable(fd: number, goesOn: (page: string) => boolean = () => true): string {
  let text = '';
  let position = 0;
  while (position < largestTableBytes) {
    const read = fs.readSync(fd, chunk, 0, chunk.length, position);
    const page = chunk.toString('latin1', 0, read);
    text += page;
    position += read;
    if (read < pageBytes - longestRowBytes || !goesOn(page)) break;
  }

  return text;
}

/** Whether the page ends inside the listening sockets, which come before all others. */
function endsListening(page: string): boolean {
  return isListeningRow(page.slice(page.lastIndexOf('\n', page.length - 2) + 1));
}

/** The inode of a link `socket:[inode]`; undefined for any other. */
export function socketInode(link: string): number | undefined {
  const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
  return inode === undefined ? undefined : Number(inode);
}

/** The tables of the namespace that this process lives in; everyone may read them. */
export function openSockets(pid: number, root = '/proc', openDiagnosis = openSocketDiagnosis): Sockets {
  const descriptors = new Map<TableName, number>();
  const tables = new Map<TableName, SocketTable | undefined>();
  const misses = new Map<number, Miss>();
  let diagnosis: SocketDiagnosis | undefined;
  let listeningNow: readonly Socket[] | undefined;
  let generation = 0;
  let readSinceMs = 0;
  let costMs = 0;

  const textOf = (name: TableName, goesOn?: (page: string) => boolean): string | undefined => {
    const text = attempt(() => {
      const fd = descriptors.get(name) ?? openReadOnly(`${root}/${pid}/net/${name}`);
      descriptors.set(name, fd);
      return readTable(fd, goesOn);
    });
    return text.kind === 'ok' ? text.value : undefined;
  };

  const read = (name: TableName): SocketTable | undefined => {
    const text = textOf(name);
    const index = name === 'unix' ? indexUnixTable : indexInetTable(name.startsWith('tcp') ? 'tcp' : 'udp');
    return text === undefined ? undefined : index(text);
  };

  /** The kernel, where it can be asked, tells all of TCP at once. */
  const loadTcp = (): void => {
    const told = asked().tcpSockets();
    tables.set('tcp', told === undefined ? read('tcp') : tableOf(told));
    if (told !== undefined) tables.set('tcp6', tables.get('tcp'));
  };

  const load = (name: TableName): SocketTable | undefined => {
    if (tables.has(name)) return tables.get(name);

    const before = process.cpuUsage();
    if (name === 'tcp') loadTcp();
    else tables.set(name, read(name));
    const {user, system} = process.cpuUsage(before);
    costMs += (user + system) / 1000;
    return tables.get(name);
  };

  const isForeign = (inode: number): boolean => (misses.get(inode)?.times ?? 0) >= missesOfForeign;

  const search = (inode: number, mayLoad: boolean): Socket | undefined => {
    for (const name of tableNames) {
      const table = mayLoad ? load(name) : tables.get(name);
      const socket = table?.byInode(inode);
      if (socket !== undefined) return socket;
    }

    return undefined;
  };

  const asked = (): SocketDiagnosis =>
    (diagnosis ??= root === '/proc' && isInOurNetwork(pid, root) ? openDiagnosis() : noDiagnosis);

  const tcpListeners = (): readonly Socket[] =>
    (['tcp', 'tcp6'] as const)
      .flatMap((name) => (textOf(name, endsListening) ?? '').split('\n').map((row) => parseInetRow(row, 'tcp')))
      .filter((socket) => socket?.listening === true) as readonly Socket[];

  const unixListeners = (): readonly Socket[] => indexUnixTable(textOf('unix') ?? '').listening();

  const listening = (): readonly Socket[] =>
    (listeningNow ??= [
      ...(asked().listeners('tcp') ?? tcpListeners()),
      ...(asked().listeners('unix') ?? unixListeners()),
    ]);

  return {
    byInode: (inode) => {
      const miss = misses.get(inode);
      const nowMs = now().monotonicMs;
      const mayLoad = miss === undefined || !isForeign(inode) || nowMs - miss.searchedMs >= searchAgainMs;
      const socket = search(inode, mayLoad);
      if (socket !== undefined) misses.delete(inode);
      else if (mayLoad && miss?.generation !== generation) {
        misses.set(inode, {times: (miss?.times ?? 0) + 1, generation, searchedMs: nowMs});
      }

      return socket;
    },
    isForeign,
    listening,
    refresh: () => {
      listeningNow = undefined;
      const nowMs = now().monotonicMs;
      if (nowMs - readSinceMs < Math.min(costMs * restPerCost, longestRestMs)) return;

      tables.clear();
      generation++;
      readSinceMs = nowMs;
      costMs = 0;
      for (const [inode, {searchedMs}] of misses) if (nowMs - searchedMs > 2 * searchAgainMs) misses.delete(inode);
    },
    close: () => {
      for (const fd of descriptors.values()) fs.closeSync(fd);
      descriptors.clear();
    },
  };
}
