/** Parses the kernel's tables of sockets: `/proc/<pid>/net/tcp`, `tcp6`, `udp`, `udp6` and `unix` (proc_pid_net(5)). */

export type Socket = {
  readonly kind: 'tcp' | 'udp' | 'unix';
  readonly inode: number;
  readonly listening: boolean;
  /** "10.0.0.5:8000", "[::1]:8000", or the path of a unix socket ("@name" for an abstract one); '' when it has none. */
  readonly local: string;
  /** Undefined for a unix socket, whose other end is not in the table, and when it has no other end. */
  readonly remote?: string;
  /** Whether the other end has closed: CLOSE_WAIT. */
  readonly peerClosed: boolean;
  /** Bytes waiting to be read; of a listening socket, connections waiting to be accepted. */
  readonly queued: number;
  /** User who owns it; not in the table of unix sockets. */
  readonly uid?: number;
  /** Of a listener, where the kernel was asked for it (socket-diagnosis.ts): how many connections may wait. */
  readonly backlogLimit?: number;
  /** And how many it has dropped there so far. */
  readonly drops?: number;
};

const listenState = '0A';
const closeWaitState = '08';

function hexGroups(hex: string): readonly number[] {
  // Words of 32 bits, each printed as a number of this machine, which is little-endian on every supported one.
  const groups: number[] = [];
  for (let at = 0; at < hex.length; at += 8) {
    const bytes =
      hex
        .slice(at, at + 8)
        .match(/../g)
        ?.toReversed() ?? [];
    groups.push(Number.parseInt(`${bytes[0]}${bytes[1]}`, 16), Number.parseInt(`${bytes[2]}${bytes[3]}`, 16));
  }

  return groups;
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

/** The longest run of zero groups becomes "::" (RFC 5952). */
function compressed(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = text.match(/(?:\b0(?::|$)){2,}/g) ?? [];
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;

  const at = text.indexOf(longest);
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length)}`;
}

/** "0100007F:1F90" as "127.0.0.1:8080"; 32 digits as an IPv6 address in brackets, or IPv4 when it is a mapped one. */
export function readableAddress(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  return addressOf(hexGroups(address), Number.parseInt(port, 16));
}

/** The same of an address of 4 or 16 bytes as it goes over the network. */
export function addressIn(bytes: Buffer, port: number): string {
  return addressOf(
    Array.from({length: bytes.length / 2}, (_, index) => bytes.readUInt16BE(2 * index)),
    port,
  );
}

function addressOf(groups: readonly number[], port: number): string {
  const [, , , , , mapped, high = 0, low = 0] = groups;
  if (groups.length === 2) return `${dotted(groups[0] ?? 0, groups[1] ?? 0)}:${port}`;
  if (mapped === 0xffff && groups.slice(0, 5).every((group) => group === 0)) return `${dotted(high, low)}:${port}`;

  return `[${compressed(groups)}]:${port}`;
}

/** One row of a table of TCP or UDP sockets; undefined for the heading and for what is no row. */
export function parseInetRow(row: string, kind: 'tcp' | 'udp'): Socket | undefined {
  const [slot, local, remote, state, queues, , , uid, , inode] = row.trim().split(/ +/, 10);
  if (slot === undefined || !/^\d+:$/.test(slot) || inode === undefined) return undefined;
  if (local === undefined || remote === undefined || queues === undefined) return undefined;

  const other = readableAddress(remote);
  return {
    kind,
    inode: Number(inode),
    listening: kind === 'tcp' && state === listenState,
    local: readableAddress(local),
    ...(!other.endsWith(':0') && {remote: other}),
    peerClosed: kind === 'tcp' && state === closeWaitState,
    queued: Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16),
    uid: Number(uid),
  };
}

const unixRow = /^[0-9a-fA-F]+: [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) [0-9A-F]+ [0-9A-F]+ +(\d+)(?: ([^]*))?$/;

/** One row of the table of unix sockets. A connection that waits to be accepted has its listener's path and inode 0. */
export function parseUnixRow(row: string): Socket | undefined {
  const parts = unixRow.exec(row);
  if (parts === null) return undefined;

  return {
    kind: 'unix',
    inode: Number(parts[2]),
    // __SO_ACCEPTCON of the kernel's net.h.
    listening: (Number.parseInt(parts[1] ?? '0', 16) & 0x10000) !== 0,
    local: parts[3] ?? '',
    peerClosed: false,
    queued: 0,
  };
}

/** A table read once: rows are parsed when they are asked for. */
export type SocketTable = {
  readonly byInode: (inode: number) => Socket | undefined;
  readonly listening: () => readonly Socket[];
};

const zero = 0x30;
const nine = 0x39;
const blank = 0x20;

/** The number that starts at the third word from `at`: user, timeout, inode. */
function inodeIn(text: string, at: number): number {
  let index = at;
  for (let word = 0; word < 2; word++) {
    while (text.charCodeAt(index) === blank) index++;
    while (text.charCodeAt(index) !== blank && index < text.length) index++;
  }

  while (text.charCodeAt(index) === blank) index++;
  let inode = 0;
  for (let code = text.charCodeAt(index); code >= zero && code <= nine; code = text.charCodeAt(++index)) {
    inode = inode * 10 + (code - zero);
  }

  return inode;
}

// Columns behind the colon of the slot: two addresses of 8 or 32 digits with ports, state, queues, timer, retransmits.
const stateColumn = {short: 30, long: 78};
const userColumn = {short: 71, long: 119};
const timeWaitState = '06';

/**
 * Indexes a table of TCP or UDP sockets by inode, without parsing its rows. A busy server has thousands of connections
 * in TIME_WAIT, which belong to nobody any more and are passed over.
 */
export function indexInetTable(kind: 'tcp' | 'udp'): (text: string) => SocketTable {
  return (text) => {
    const starts = new Map<number, number>();
    const listening: number[] = [];
    const end = (start: number): number => (text.indexOf('\n', start) + 1 || text.length + 1) - 1;
    for (let start = text.indexOf('\n') + 1; start > 0 && start < text.length; start = end(start) + 1) {
      const colon = text.indexOf(':', start);
      const columns = text.charCodeAt(colon + 10) === 0x3a ? 'short' : 'long';
      const state = text.slice(colon + stateColumn[columns], colon + stateColumn[columns] + 2);
      if (kind === 'tcp' && state === timeWaitState) continue;

      starts.set(inodeIn(text, colon + userColumn[columns]), start);
      if (kind === 'tcp' && state === listenState) listening.push(start);
    }

    const at = (start: number): Socket | undefined => parseInetRow(text.slice(start, end(start)), kind);
    return {
      byInode: (inode) => {
        const start = starts.get(inode);
        return start === undefined || inode === 0 ? undefined : at(start);
      },
      listening: () => listening.map((start) => at(start)).filter((socket) => socket !== undefined),
    };
  };
}

/** A table of sockets that are known already. */
export function tableOf(sockets: readonly Socket[]): SocketTable {
  const byInode = new Map(sockets.map((socket) => [socket.inode, socket]));
  return {
    byInode: (inode) => (inode === 0 ? undefined : byInode.get(inode)),
    listening: () => sockets.filter((socket) => socket.listening),
  };
}

/** Whether a row is that of a listening TCP socket. */
export function isListeningRow(row: string): boolean {
  return row.trim().split(/ +/, 4)[3] === listenState;
}

/** Indexes the table of unix sockets. */
export function indexUnixTable(text: string): SocketTable {
  const sockets = new Map<number, Socket>();
  const queued = new Map<string, number>();
  for (const row of text.split('\n')) {
    const socket = parseUnixRow(row);
    if (socket === undefined) continue;
    if (socket.inode === 0) queued.set(socket.local, (queued.get(socket.local) ?? 0) + 1);
    else sockets.set(socket.inode, socket);
  }

  return {
    byInode: (inode) => sockets.get(inode),
    listening: () =>
      [...sockets.values()]
        .filter((socket) => socket.listening)
        .map((socket) => ({...socket, queued: queued.get(socket.local) ?? 0})),
  };
}

/** The port of an address, undefined for a path. */
export function portOf(address: string): number | undefined {
  const port = /:(\d{1,5})$/.exec(address)?.[1];
  return port === undefined || address.startsWith('/') || address.startsWith('@') ? undefined : Number(port);
}

/** Whether a connection with this local address was accepted from a listener with that one. */
export function isAcceptedFrom(connection: Socket, listener: Socket): boolean {
  if (connection.kind !== listener.kind || connection.listening) return false;
  if (connection.kind === 'unix') return listener.local !== '' && connection.local === listener.local;
  if (portOf(connection.local) !== portOf(listener.local)) return false;

  return /^(?:0\.0\.0\.0|\[::\]):/.test(listener.local) || connection.local === listener.local;
}
