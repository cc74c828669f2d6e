import {randomUUID} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {waitFor} from './fault-wait.js';
import {isRemoved} from './memory-group.js';

/** A control group of its own whose use of the processors can be limited while a program runs in it. Linux, version 1 or 2, root only. */
export type ProcessorGroup = {
  /** The command that starts `command` inside: the same process all the way, so that its pid is the program's. */
  readonly inside: (command: readonly string[]) => readonly string[];
  /** From now on all processes in it together get so many processors. */
  readonly limitTo: (processors: number) => void;
  readonly remove: () => Promise<void>;
};

const periodMicroseconds = 100_000;

const versions = [
  {
    root: '/sys/fs/cgroup/cpu',
    isHere: () => existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') || existsSync('/sys/fs/cgroup/cpu/cpu.shares'),
    file: 'cpu.cfs_quota_us',
    text: (quota: number) => String(quota),
  },
  {
    root: '/sys/fs/cgroup',
    isHere: () =>
      existsSync('/sys/fs/cgroup/cgroup.subtree_control') &&
      /\bcpu\b/.test(readFileSync('/sys/fs/cgroup/cgroup.subtree_control', 'utf8')),
    file: 'cpu.max',
    text: (quota: number) => `${quota} ${periodMicroseconds}`,
  },
] as const;

/** Makes a group without a limit. Throws where `not-here.json` should have said so. */
export function makeProcessorGroup(): ProcessorGroup {
  const version = versions.find(({isHere}) => isHere());
  if (version === undefined) {
    throw new Error('There is no controller of processors to make a control group in.');
  }

  const folder = join(version.root, `gunspect-fault-${randomUUID()}`);
  mkdirSync(folder);
  return {
    inside: (command) => ['sh', '-c', 'echo $$ > "$0" && exec "$@"', join(folder, 'cgroup.procs'), ...command],
    limitTo: (processors) => {
      writeFileSync(join(folder, version.file), version.text(Math.round(processors * periodMicroseconds)));
    },
    async remove() {
      await waitFor(`${folder} to be empty`, 5000, () => isRemoved(folder));
    },
  };
}
