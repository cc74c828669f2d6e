import {readFileSync, readdirSync, readlinkSync, statSync} from 'node:fs';
import {createServer} from 'node:net';

/** A port of 127.0.0.1 that is free now, below the range from which the kernel picks ports for outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => probe.close(resolve));
    if (free) {
      return port;
    }
  }
}

/** The pids of the children that a process's main thread has forked, oldest first; none when the process is gone. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/**
 * Whether a process holds a gunicorn heartbeat file of its own, and whether it has notified, which a worker does first
 * when it has booted: before, the mode is 0600 (gunicorn 21 and older) or the mtime is wall clock (22 and newer).
 */
export function heartbeatOf(pid: number): 'none' | 'booting' | 'booted' {
  try {
    const folder = `/proc/${pid}/fd`;
    const files = readdirSync(folder).filter((fd) => linkOf(`${folder}/${fd}`).includes('wgunicorn-'));
    // Right after the fork a worker still holds the files of its siblings.
    if (files.length !== 1) {
      return files.length === 0 ? 'none' : 'booting';
    }

    const {mode, mtimeMs} = statSync(`${folder}/${files[0]}`);
    const isModeOfNotified = (mode & 0o777) !== 0o600;
    const isMonotonic = mtimeMs < 1e12;
    return isModeOfNotified || isMonotonic ? 'booted' : 'booting';
  } catch {
    return 'none';
  }
}

/** Where a link leads; nothing where there is none. */
export function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Whether a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/[ZX]/.test(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Kills a process group. False when no process is left in it. */
export function killGroup(group: number): boolean {
  try {
    process.kill(-group, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
