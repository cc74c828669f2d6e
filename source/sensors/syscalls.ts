/**
 * The system calls a Python web worker waits in, by their numbers on x86-64 and arm64.
 *
 * Only calls that can last are here. Numbers are those of syscall_64.tbl and asm-generic/unistd.h; they never change.
 */

/** What a call waits for, as far as its name and first two arguments tell. */
export type CallKind =
  /** The descriptor in its first argument. */
  | 'descriptor'
  /** select: the first argument is how many descriptors there are; none is a way to sleep. */
  | 'select'
  /** poll: the second argument is how many descriptors there are. */
  | 'poll'
  | 'epoll'
  | 'accept'
  | 'sleep'
  | 'lock'
  /** A child process; its pid is the first argument of wait4. */
  | 'child'
  /** A lock on the file in its first argument. */
  | 'file-lock'
  /** A path, which is not readable from here. */
  | 'path';

export type Call = {readonly name: string; readonly kind: CallKind};

/** name, kind, number on x86-64, number on arm64; a number is absent where the architecture does not have the call. */
const calls: ReadonlyArray<readonly [string, CallKind, number | undefined, number | undefined]> = [
  ['read', 'descriptor', 0, 63],
  ['write', 'descriptor', 1, 64],
  ['pread64', 'descriptor', 17, 67],
  ['pwrite64', 'descriptor', 18, 68],
  ['readv', 'descriptor', 19, 65],
  ['writev', 'descriptor', 20, 66],
  ['sendfile', 'descriptor', 40, 71],
  ['connect', 'descriptor', 42, 203],
  ['sendto', 'descriptor', 44, 206],
  ['recvfrom', 'descriptor', 45, 207],
  ['sendmsg', 'descriptor', 46, 211],
  ['recvmsg', 'descriptor', 47, 212],
  ['recvmmsg', 'descriptor', 299, 243],
  ['sendmmsg', 'descriptor', 307, 269],
  ['fsync', 'descriptor', 74, 82],
  ['fdatasync', 'descriptor', 75, 83],
  ['ftruncate', 'descriptor', 77, 46],
  ['fallocate', 'descriptor', 285, 47],
  ['getdents64', 'descriptor', 217, 61],
  ['flock', 'file-lock', 73, 32],
  ['fcntl', 'file-lock', 72, 25],
  ['select', 'select', 23, undefined],
  ['pselect6', 'select', 270, 72],
  ['poll', 'poll', 7, undefined],
  ['ppoll', 'poll', 271, 73],
  ['epoll_wait', 'epoll', 232, undefined],
  ['epoll_pwait', 'epoll', 281, 22],
  ['epoll_pwait2', 'epoll', 441, 441],
  ['io_uring_enter', 'epoll', 426, 426],
  ['accept', 'accept', 43, 202],
  ['accept4', 'accept', 288, 242],
  ['nanosleep', 'sleep', 35, 101],
  ['clock_nanosleep', 'sleep', 230, 115],
  ['pause', 'sleep', 34, undefined],
  ['rt_sigsuspend', 'sleep', 130, 133],
  ['rt_sigtimedwait', 'sleep', 128, 137],
  ['futex', 'lock', 202, 98],
  ['futex_waitv', 'lock', 449, 449],
  ['semop', 'lock', 65, 193],
  ['semtimedop', 'lock', 220, 192],
  ['wait4', 'child', 61, 260],
  ['waitid', 'child', 247, 95],
  ['vfork', 'child', 58, undefined],
  ['open', 'path', 2, undefined],
  ['openat', 'path', 257, 56],
  ['stat', 'path', 4, undefined],
  ['lstat', 'path', 6, undefined],
  ['newfstatat', 'path', 262, 79],
  ['statx', 'path', 332, 291],
  ['unlink', 'path', 87, undefined],
  ['unlinkat', 'path', 263, 35],
  ['rename', 'path', 82, undefined],
  ['renameat', 'path', 264, 38],
  ['renameat2', 'path', 316, 276],
  ['mkdir', 'path', 83, undefined],
  ['mkdirat', 'path', 258, 34],
];

function tableOf(column: 2 | 3): ReadonlyMap<number, Call> {
  const table = new Map<number, Call>();
  for (const row of calls) {
    const number = row[column];
    if (number !== undefined) table.set(number, {name: row[0], kind: row[1]});
  }

  return table;
}

const tables: Readonly<Record<string, ReadonlyMap<number, Call>>> = {x64: tableOf(2), arm64: tableOf(3)};

/** The calls of this architecture by number; undefined where we have no table, and numbers mean nothing. */
export function callTable(architecture: string = process.arch): ReadonlyMap<number, Call> | undefined {
  return tables[architecture];
}

/** A line of `/proc/<pid>/syscall` (proc_pid_syscall(5)). */
export type CallLine =
  | {readonly kind: 'running'}
  /** Blocked, but not in a system call. */
  | {readonly kind: 'no-call'}
  | {readonly kind: 'call'; readonly number: number; readonly first: number; readonly second: number};

/** Undefined for what is no such line. Arguments are unsigned; one beyond 2^53 loses its last digits, a descriptor never does. */
export function parseCallLine(line: string): CallLine | undefined {
  if (line.startsWith('running')) return {kind: 'running'};
  if (line.startsWith('-1 ')) return {kind: 'no-call'};

  const parts = /^(\d+) (0x[0-9a-f]+) (0x[0-9a-f]+) /.exec(line);
  return parts === null
    ? undefined
    : {kind: 'call', number: Number(parts[1]), first: Number(parts[2]), second: Number(parts[3])};
}
