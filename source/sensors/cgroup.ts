/** Where the control groups of a process are, in version 1 or 2 of control groups (cgroups(7)). */
import {readText} from './files.js';

/** What a group can limit and count, as the kernel names it. */
export type Controller = 'memory' | 'cpu';

export type ControlGroup = {
  readonly version: 1 | 2;
  /** Folder of the process's own group. */
  readonly folder: string;
  /** Mount point: the search for a limit in the groups above ends there. */
  readonly mountPoint: string;
};

export type GroupMembership = {
  /** Path in the unified hierarchy, which is also where systemd keeps the name of the unit. */
  readonly unified?: string;
  /** Paths in the hierarchies of version 1, by controller. */
  readonly byController: Readonly<Partial<Record<Controller, string>>>;
  /** Every path, of all hierarchies. */
  readonly all: readonly string[];
};

/** Parses `/proc/<pid>/cgroup`: lines of hierarchy, controllers and path. */
export function parseMembership(text: string): GroupMembership {
  let unified: string | undefined;
  const byController: Partial<Record<Controller, string>> = {};
  const all = new Set<string>();
  for (const line of text.split('\n')) {
    const parts = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    const path = parts?.[3];
    if (path === undefined) continue;

    all.add(path);
    if (parts?.[1] === '0' && parts[2] === '') unified = path;
    for (const name of parts?.[2]?.split(',') ?? []) {
      if (name === 'memory' || name === 'cpu') byController[name] = path;
    }
  }

  return {...(unified !== undefined && {unified}), byController, all: [...all]};
}

export type GroupMount = {
  readonly version: 1 | 2;
  /** What version 1 mounts there; version 2 has all controllers in one place. */
  readonly controllers: readonly string[];
  readonly root: string;
  readonly mountPoint: string;
};

// mountinfo writes blanks and a few others as octal escapes (proc_pid_mountinfo(5)).
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

/** The mounts of control groups, from the text of mountinfo. */
export function parseGroupMounts(text: string): readonly GroupMount[] {
  const mounts: GroupMount[] = [];
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [type = '', , options = ''] = after.split(' ');
    const [, , , root = '/', mountPoint = ''] = before.split(' ');
    const version = type === 'cgroup2' ? 2 : type === 'cgroup' ? 1 : undefined;
    if (version !== undefined && mountPoint !== '') {
      const controllers = version === 1 ? options.split(',') : [];
      mounts.push({version, controllers, root: unescaped(root), mountPoint: unescaped(mountPoint)});
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

/** What is known of the groups of one process. */
export type Groups = {
  /**
   * The group that a controller holds the process in. Where both versions are mounted, the controller is in the
   * version 1 hierarchy that names it, or else in version 2.
   */
  readonly of: (controller: Controller) => ControlGroup | undefined;
  /** The group in the unified hierarchy of version 2, which also tells pressure where version 1 has the controllers. */
  readonly unified: ControlGroup | undefined;
};

/** Reads where the groups of a process are; they are undefined where that cannot be read, or is not shown here. */
export function groupsOf(pid: number, root = '/proc'): Groups {
  const membership = readText(`${root}/${pid}/cgroup`, 65_536);
  const mountinfo = readText(`${root}/self/mountinfo`, 1 << 20);
  if (membership.kind !== 'ok' || mountinfo.kind !== 'ok') return {of: () => undefined, unified: undefined};

  const {unified, byController} = parseMembership(membership.value);
  const mounts = parseGroupMounts(mountinfo.value);
  const find = (path: string | undefined, isIt: (mount: GroupMount) => boolean): ControlGroup | undefined => {
    if (path === undefined) return undefined;

    for (const mount of mounts.filter((each) => isIt(each))) {
      const folder = folderBelow(mount, path);
      if (folder !== undefined) return {version: mount.version, folder, mountPoint: mount.mountPoint};
    }

    return undefined;
  };

  const inUnified = find(unified, ({version}) => version === 2);
  return {
    of: (controller) => {
      const path = byController[controller];
      return path === undefined ? inUnified : find(path, ({controllers}) => controllers.includes(controller));
    },
    unified: inUnified,
  };
}

/** The folder of a group and those of the groups above it, as far as they are mounted here. */
export function foldersUpwards({folder, mountPoint}: ControlGroup): readonly string[] {
  const folders: string[] = [];
  for (let at = folder; at.startsWith(mountPoint); at = at.slice(0, at.lastIndexOf('/'))) {
    folders.push(at);
    if (at === mountPoint) break;
  }

  return folders;
}
