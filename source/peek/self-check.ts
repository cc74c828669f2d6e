/**
 * What must hold before a word of a master's memory is believed. Anything that does not is a reason, in words, to read
 * nothing at all: a reader that is wrong about one structure is wrong about what it says next.
 */
import {readChildren, readStatus} from '../sensors/procfs.js';
import {valueOf} from '../sensors/reading.js';
import {configOf, countOf, readArbiter} from './arbiter.js';
import type {Program, Threads} from './program.js';

/** How a program starts: as a script, or with `-m`. */
const beginnings = new Set(['<module>', '_run_module_as_main']);

/** What is wrong with the threads of a master; undefined when nothing is. */
export function checkThreads({list, isComplete}: Threads): string | undefined {
  const main = list.find(({isMain}) => isMain);
  if (!isComplete || main?.stack === undefined) return 'its threads did not hold still';

  const outermost = main.stack.stable.at(-1)?.runs.name;
  if (outermost === undefined) return 'its main thread runs nothing';
  return beginnings.has(outermost) ? undefined : `its main thread begins in ${outermost} and not in a program`;
}

/** The pids of the children of a process, as the process itself knows them; undefined where they are not readable. */
function ownPidsOfChildren(pid: number, root: string): ReadonlySet<number> | undefined {
  const children = valueOf(readChildren(pid, root));
  return children && new Set(children.map((child) => valueOf(readStatus(child, root))?.nsPid ?? child));
}

const tries = 5;

/** What is wrong with an arbiter; undefined when nothing is. Throws `Unreadable`. */
export function checkArbiter({id, heap, ownPid}: Program, arbiter: number, root: string): string | undefined {
  if (countOf(heap, arbiter, 'pid') !== ownPid) return 'the arbiter in it belongs to another process';
  if (typeof configOf(heap, arbiter).get('workers') !== 'number') return 'the arbiter’s configuration has no workers';

  // A worker may end in between: then the master has forgotten it by the next look.
  let stranger: number | undefined;
  for (let attempt = 0; attempt < tries; attempt++) {
    const workers = [...readArbiter(heap, arbiter).workers.keys()];
    const children = ownPidsOfChildren(id.pid, root);
    stranger = children && workers.find((pid) => !children.has(pid));
    if (stranger === undefined) return undefined;
  }

  return `the arbiter names a worker ${stranger} that is no child of it`;
}
