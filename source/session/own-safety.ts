/**
 * Keeps the inspector from becoming part of the incident: the kernel's out-of-memory killer should take it first, and
 * it should not start inside a memory limit that it shares with the target and that is nearly used up.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

export type SafetyRoots = {
  /** Where procfs is mounted. */
  readonly proc?: string;
  /** Where the control groups are mounted. */
  readonly cgroup?: string;
};

/** What the inspector may come to use, with room for the target to breathe, in bytes. */
export const headroomNeededBytes = 250_000_000;

/** cgroup v1 says "no limit" with the largest multiple of the page size; nothing real is near it. */
const noLimitBytes = 2 ** 60;

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function byteCount(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isFinite(value) && value < noLimitBytes ? value : undefined;
}

/**
 * Makes this process the first that the kernel kills when memory runs out: 1000 in `/proc/self/oom_score_adj`
 * (proc_pid_oom_score_adj(5)). Raising needs no privilege. A refusal is left as it is.
 */
export function offerToBeKilledFirst({proc = '/proc'}: SafetyRoots = {}): void {
  try {
    writeFileSync(join(proc, 'self/oom_score_adj'), '1000');
  } catch {
    // Not on this platform, or a sandbox: nothing depends on it.
  }
}

type MemoryGroup = {readonly path: string; readonly mount: string; readonly version: 1 | 2};

/** The memory control group of a process (cgroups(7)); version 1 where its memory controller is in use. */
function memoryGroup(pid: string, {proc = '/proc', cgroup = '/sys/fs/cgroup'}: SafetyRoots): MemoryGroup | undefined {
  const lines =
    textOf(join(proc, pid, 'cgroup'))
      ?.trim()
      .split('\n') ?? [];
  const entries = lines.map((line) => {
    const [, controllers = '', ...path] = line.split(':');
    return {controllers: controllers.split(','), path: path.join(':')};
  });
  const first = entries.find(({controllers}) => controllers.includes('memory'));
  if (first) {
    return {path: first.path, mount: join(cgroup, 'memory'), version: 1};
  }
  const second = entries.find(({controllers}) => controllers[0] === '');
  return second && {path: second.path, mount: cgroup, version: 2};
}

/** Bytes still free in one group, counting what the kernel can reclaim at once; undefined where there is no limit. */
function headroomOf(directory: string, version: 1 | 2): number | undefined {
  const [limit, usage, inactive] =
    version === 2
      ? ['memory.max', 'memory.current', /^inactive_file (\d+)$/m]
      : (['memory.limit_in_bytes', 'memory.usage_in_bytes', /^total_inactive_file (\d+)$/m] as const);
  const limitBytes = byteCount(textOf(join(directory, limit)));
  const usedBytes = byteCount(textOf(join(directory, usage)));
  if (limitBytes === undefined || usedBytes === undefined) {
    return undefined;
  }
  const inactiveBytes = byteCount(inactive.exec(textOf(join(directory, 'memory.stat')) ?? '')?.[1]) ?? 0;
  return limitBytes - Math.max(0, usedBytes - inactiveBytes);
}

/** A path and the paths above it, the root last. */
function upwards(path: string): readonly string[] {
  const parts = path.split('/').filter(Boolean);
  return [...parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`), '/'];
}

/**
 * The least memory left in any limit that this process shares with the target, in bytes. Undefined when they share
 * none, or when it cannot be read.
 */
export function sharedHeadroomBytes(targetPid: number, roots: SafetyRoots = {}): number | undefined {
  const own = memoryGroup('self', roots);
  const target = memoryGroup(String(targetPid), roots);
  if (!own || !target || own.version !== target.version) {
    return undefined;
  }
  const ours = new Set(upwards(own.path));
  const left = upwards(target.path)
    .filter((path) => ours.has(path))
    .map((path) => headroomOf(join(target.mount, path), target.version))
    .filter((bytes) => bytes !== undefined);
  return left.length === 0 ? undefined : Math.min(...left);
}
