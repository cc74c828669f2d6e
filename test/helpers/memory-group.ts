import {randomUUID} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {waitFor} from './fault-wait.js';

/** A control group of its own with a limit on memory, which a program can be started in. Linux, version 1 or 2, root only. */
export type MemoryGroup = {
  /** The command that starts `command` inside: the same process all the way, so that its pid is the program's. */
  readonly inside: (command: readonly string[]) => readonly string[];
  /** Its path below the mount point, as `/proc/<pid>/cgroup` shows it. */
  readonly path: string;
  /** Removes it once nothing lives in it any more. */
  readonly remove: () => Promise<void>;
};

/** Where a group is made, and the files that limit memory alone and memory with swap. */
const hierarchies = [
  {
    root: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    swap: 'memory.memsw.limit_in_bytes',
    swapIsOnTop: false,
  },
  {root: '/sys/fs/cgroup', limit: 'memory.max', swap: 'memory.swap.max', swapIsOnTop: true},
] as const;

/** Makes a group whose processes together get `limitMegabytes`, with a name that ends so. Throws where `not-here.json` should have said so. */
export function makeMemoryGroup(limitMegabytes: number, nameEnd = ''): MemoryGroup {
  const isHere = ({root, limit}: (typeof hierarchies)[number]): boolean =>
    limit === 'memory.max'
      ? existsSync(`${root}/cgroup.subtree_control`) &&
        /\bmemory\b/.test(readFileSync(`${root}/cgroup.subtree_control`, 'utf8'))
      : existsSync(`${root}/${limit}`);
  const hierarchy = hierarchies.find((each) => isHere(each));
  if (hierarchy === undefined) {
    throw new Error('There is no controller of memory to make a control group in.');
  }

  const folder = join(hierarchy.root, `gunspect-fault-${randomUUID()}${nameEnd}`);
  mkdirSync(folder);
  const bytes = limitMegabytes * 1024 * 1024;
  writeFileSync(join(folder, hierarchy.limit), String(bytes));
  const swap = join(folder, hierarchy.swap);
  if (existsSync(swap)) {
    writeFileSync(swap, String(hierarchy.swapIsOnTop ? 0 : bytes));
  }

  return {
    path: folder.slice(hierarchy.root.length),
    inside: (command) => ['sh', '-c', 'echo $$ > "$0" && exec "$@"', join(folder, 'cgroup.procs'), ...command],
    async remove() {
      await waitFor(`${folder} to be empty`, 5000, () => isRemoved(folder));
    },
  };
}

/** Removes a control group; false while something still lives in it. */
export function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
