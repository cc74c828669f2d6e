/**
 * Notices that the last reader of a pipe has gone, which the kernel says only at the next write: in
 * `gunspect watch --json | head -1` the next write may be hours away.
 *
 * Readers are looked for among the processes of our own session, as a shell starts them. Where none is found (a log
 * collector in another session, a socket, a file, another platform) nothing is concluded.
 */
import {lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';

/** Owner may read, in the mode of a link in `/proc/<pid>/fd`: the descriptor is open for reading (proc_pid_fd(5)). */
const openForReading = 0o400;

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Session id, field 6 of `/proc/<pid>/stat`, counted from the last `)`: the name before it may hold anything. */
function sessionOf(process: string): string | undefined {
  const stat = attempt(() => readFileSync(join(process, 'stat'), 'latin1'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
}

function readersOf(pipe: string, root: string): readonly string[] {
  const session = sessionOf(join(root, 'self'));
  const own = attempt(() => readlinkSync(join(root, 'self')));
  return (attempt(() => readdirSync(root)) ?? [])
    .filter((pid) => /^\d+$/.test(pid) && pid !== own && sessionOf(join(root, pid)) === session)
    .flatMap((pid) => {
      const directory = join(root, pid, 'fd');
      return (attempt(() => readdirSync(directory)) ?? []).map((fd) => join(directory, fd));
    })
    .filter(
      (link) =>
        attempt(() => readlinkSync(link)) === pipe &&
        ((attempt(() => lstatSync(link).mode) ?? 0) & openForReading) !== 0,
    );
}

/**
 * Makes a check for the descriptor, cheap enough for once a second: true when readers of its pipe were seen and the
 * last of them has gone. Undefined where readers cannot be seen.
 */
export function watchPipeReaders(fd: number, root = '/proc'): (() => boolean) | undefined {
  const pipe = attempt(() => readlinkSync(join(root, 'self/fd', String(fd))));
  let readers = pipe?.startsWith('pipe:') ? readersOf(pipe, root) : [];
  if (pipe === undefined || readers.length === 0) {
    return undefined;
  }
  return () => {
    if (!readers.some((link) => attempt(() => readlinkSync(link)) === pipe)) {
      readers = readersOf(pipe, root);
    }
    return readers.length === 0;
  };
}
