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
  const groups = hexGroups(address);
  const number = Number.parseInt(port, 16);
  const [, , , , , mapped, high = 0, low = 0] = groups;
  if (groups.length === 2) return `${dotted(groups[0] ?? 0, groups[1] ?? 0)}:${number}`;
  if (mapped === 0xffff && groups.slice(0, 5).every((group) => group === 0)) return `${dotted(high, low)}:${number}`;

  return `[${compressed(groups)}]:${number}`;
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
