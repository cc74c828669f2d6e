/**
 * The lists in which asyncio keeps tasks from 3.14 on: one that begins in each thread, and one in the interpreter for
 * tasks whose thread is gone. Each is a circle of links forwards and backwards, and a link lies inside its task.
 *
 * The program takes tasks out and puts new ones at the end while the circle is walked. A task that was taken out has no
 * links, but its memory may already be another task's, at the end of the circle: whoever followed it would miss all in
 * between. So each link must lead back to the one before it, and that one be where it was.
 */
import type {AsyncioRecord} from './asyncio-record.js';
import {isObjectAddress, u64} from './memory.js';
import type {Program} from './program.js';
import {Unreadable} from './unreadable.js';

export type TaskList = {
  /** Addresses of tasks, those that are over and not yet collected included. */
  readonly tasks: readonly number[];
  /** Whether these are all of them. */
  readonly isComplete: boolean;
};

type Place = Pick<Program, 'heap' | 'runtime'>;
type Link = {readonly next: number; readonly previous: number};

const mostThreads = 300;
const tries = 4;

/** Where the lists begin. Throws `Unreadable`. */
function headsOf({heap: {memory, layout}, runtime: {interpreter}}: Place, record: AsyncioRecord): readonly number[] {
  const heads = [interpreter + record.interpreterTasks];
  let thread = memory.pointer(interpreter + layout.interpreter.threads);
  while (thread !== 0) {
    if (heads.length > mostThreads) throw new Unreadable('the threads have no end');
    if (!isObjectAddress(thread)) throw new Unreadable('a pointer led to no thread');
    if (memory.pointer(thread + layout.thread.interpreter) !== interpreter) {
      throw new Unreadable('a pointer led to no thread');
    }
    heads.push(thread + record.threadTasks);
    thread = memory.pointer(thread + layout.thread.next);
  }

  return heads;
}

/** The links of one circle after its beginning, so many at most and one more. Throws `Unreadable` when it did not hold still. */
function linksOf({heap: {memory}}: Place, head: number, most: number): readonly number[] {
  const linkAt = (address: number): Link => {
    if (!isObjectAddress(address)) throw new Unreadable('a list of tasks led nowhere');
    const bytes = memory.read(address, 16);
    return {next: u64(bytes, 0), previous: u64(bytes, 8)};
  };

  const links: number[] = [];
  let at = head;
  let link = linkAt(head);
  while (link.next !== head && links.length <= most) {
    const next = linkAt(link.next);
    const again = linkAt(at);
    // What comes before the beginning is the end, which moves.
    if (next.previous !== at || (at !== head && again.previous !== link.previous)) {
      throw new Unreadable('a list of tasks did not hold still');
    }
    at = link.next;
    link = next;
    links.push(at);
  }

  return links;
}

/** The tasks in all lists, up to so many. Throws `Unreadable` when they did not hold still in a few tries. */
export function readLinkedTasks(program: Place, record: AsyncioRecord, most: number): TaskList {
  let last: unknown;
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      const tasks: number[] = [];
      for (const head of headsOf(program, record)) {
        tasks.push(...linksOf(program, head, most - tasks.length).map((link) => link - record.node));
        if (tasks.length > most) return {tasks: tasks.slice(0, most), isComplete: false};
      }
      return {tasks, isComplete: true};
    } catch (error) {
      if (!(error instanceof Unreadable) || error.gone) throw error;
      last = error;
    }
  }

  throw last;
}
