/** Where the memory control group of a process is, in version 1 or 2 of control groups (cgroups(7)). */
import {readText} from './files.js';

export type MemoryGroup = {
  readonly version: 1 | 2;
  /** Folder of the process's own group. */
  readonly folder: string;
  /** Mount point: the search for a limit in the groups above ends there. */
  readonly mountPoint: string;
};

export type GroupMembership = {
  /** Path in the unified hierarchy, which is also where systemd keeps the name of the unit. */
  readonly unified?: string;
  /** Path in the hierarchy of the memory controller of version 1. */
  readonly memory?: string;
  /** Every path, of all hierarchies. */
  readonly all: readonly string[];
};

/** Parses `/proc/<pid>/cgroup`: lines of hierarchy, controllers and path. */
export function parseMembership(text: string): GroupMembership {
  let unified: string | undefined;
  let memory: string | undefined;
  const all = new Set<string>();
  for (const line of text.split('\n')) {
    const parts = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    const path = parts?.[3];
    if (path === undefined) continue;

    all.add(path);
    if (parts?.[1] === '0' && parts[2] === '') unified = path;
    if (parts?.[2]?.split(',').includes('memory') === true) memory = path;
  }

  return {...(unified !== undefined && {unified}), ...(memory !== undefined && {memory}), all: [...all]};
}

export type GroupMount = {readonly version: 1 | 2; readonly root: string; readonly mountPoint: string};

// mountinfo writes blanks and a few others as octal escapes (proc_pid_mountinfo(5)).
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

/** The mounts that can hold memory groups, from the text of mountinfo. */
export function parseGroupMounts(text: string): readonly GroupMount[] {
  const mounts: GroupMount[] = [];
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [type = '', , options = ''] = after.split(' ');
    const [, , , root = '/', mountPoint = ''] = before.split(' ');
    const version = type === 'cgroup2' ? 2 : type === 'cgroup' && options.split(',').includes('memory') ? 1 : undefined;
    if (version !== undefined && mountPoint !== '') {
      mounts.push({version, root: unescaped(root), mountPoint: unescaped(mountPoint)});
    }
  }

  return mounts;
}

/** The folder of a group below a mount, which may itself show only a part of the hierarchy, as in a container. */
function folderBelow(mount: GroupMount, path: string): string | undefined {
  const inside =
    mount.root === '/'
      ? path
      : path === mount.root
        ? '/'
        : path.startsWith(`${mount.root}/`)
          ? path.slice(mount.root.length)
          : undefined;
  // A path that climbs out belongs to a group that this mount does not show.
  return inside === undefined || inside.startsWith('/..')
    ? undefined
    : `${mount.mountPoint}${inside === '/' ? '' : inside}`;
}

/**
 * The memory group of a process, or why there is none. Version 1 comes first: where both are mounted, the memory
 * controller is in the one that names it.
 */
export function memoryGroupOf(pid: number, root = '/proc'): MemoryGroup | undefined {
  const membership = readText(`${root}/${pid}/cgroup`, 65_536);
  const mounts = readText(`${root}/self/mountinfo`, 1 << 20);
  if (membership.kind !== 'ok' || mounts.kind !== 'ok') return undefined;

  const {unified, memory} = parseMembership(membership.value);
  for (const mount of parseGroupMounts(mounts.value).toSorted((a, b) => a.version - b.version)) {
    const path = mount.version === 1 ? memory : unified;
    const folder = path === undefined ? undefined : folderBelow(mount, path);
    if (folder !== undefined && (mount.version === 2 ? memory === undefined : true)) {
      return {version: mount.version, folder, mountPoint: mount.mountPoint};
    }
  }

  return undefined;
}
