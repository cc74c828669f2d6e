/** The children of one process, read at every tick from a descriptor that is kept. */
import {listProcessesFromProc} from './processes.js';
import {holdFile, page, type HeldFile} from './process-files.js';
import {readChildren} from './procfs.js';

export type Children = {
  /** Pids, oldest first. Zombies are among them. A child that ends while they are read can hide its next sibling. */
  readonly read: (isSlowTick: boolean) => readonly number[];
  readonly close: () => void;
};

const blank = 0x20;
const zero = 0x30;

function numbersIn(length: number): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  for (let at = 0; at < length; at++) {
    const byte = page[at] ?? blank;
    if (byte !== blank) {
      value = value * 10 + (byte - zero);
      continue;
    }

    numbers.push(value);
    value = 0;
  }

  return numbers;
}

/**
 * Every tick reads the children that the main thread forked, which is where an arbiter lives; once a second all
 * threads are asked. A kernel without CONFIG_PROC_CHILDREN has every process asked for its parent instead.
 */
export function openChildren(pid: number, root = '/proc'): Children {
  const held = holdFile(`${root}/${pid}/task/${pid}/children`);
  const file: HeldFile | undefined = held.kind === 'ok' ? held.value : undefined;
  let last: readonly number[] = [];

  const byParent = (): readonly number[] =>
    listProcessesFromProc(root)
      .filter(({parentPid}) => parentPid === pid)
      .map((process) => process.pid);

  return {
    read: (isSlowTick) => {
      if (file === undefined) return isSlowTick ? (last = byParent()) : last;

      const length = file.read();
      const forked = length.kind === 'ok' ? numbersIn(length.value) : [];
      if (!isSlowTick) return forked;

      const all = readChildren(pid, root);
      return all.kind === 'ok' ? [...new Set([...forked, ...all.value])] : forked;
    },
    close: () => file?.close(),
  };
}
