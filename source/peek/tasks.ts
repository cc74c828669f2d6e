/**
 * The tasks of asyncio that a program has, from the sets in which its module keeps them.
 *
 * Up to 3.11 that is `asyncio.tasks._all_tasks`, in 3.12 and 3.13 `_scheduled_tasks` with `_eager_tasks` beside it. From
 * 3.14 on they are a linked list whose place only a section of a file tells; there the tasks are not read.
 */
import {attributes, moduleDict} from './attributes.js';
import {namedEntries} from './dicts.js';
import type {Heap} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import type {Program} from './program.js';
import {Unreadable, walk} from './unreadable.js';
import {setItems} from './values.js';

export type TaskList = {
  /** Addresses of tasks, those that are over and not yet collected included. */
  readonly tasks: readonly number[];
  /** Whether these are all of them. */
  readonly isComplete: boolean;
};

const newestWithSets = 13;
const lastWithOneSet = 11;

/** Whether this Python keeps its tasks in sets. */
export function hasTaskSets({heap}: Program): boolean {
  return heap.layout.minor <= newestWithSets;
}

/** The addresses of the sets; they are made once, when asyncio is imported. Undefined where this Python has none, or they are not there yet. */
export function findTaskSets(program: Program): readonly number[] | undefined {
  const {heap, runtime} = program;
  const {minor} = heap.layout;
  if (!hasTaskSets(program)) return undefined;

  return walk(() => {
    const dict = moduleDict(heap, runtime.interpreter, 'asyncio.tasks');
    const names = minor <= lastWithOneSet ? ['_all_tasks'] : ['_scheduled_tasks', '_eager_tasks'];
    const found = dict === undefined ? undefined : namedEntries(heap, dict, names);
    const sets = names.flatMap((name) => found?.get(name) ?? []);
    return sets.length === names.length ? sets : undefined;
  });
}

/** Reads the sets, up to so many tasks. Throws `Unreadable` when one did not hold still. */
export function readTaskList(heap: Heap, sets: readonly number[], most: number): TaskList {
  const tasks: number[] = [];
  let isComplete = true;
  for (const set of sets) {
    const isWeak = heap.typeOf(set).name === 'WeakSet';
    const data = isWeak ? attributes(heap, set, ['data']).get('data') : set;
    if (data === undefined) throw new Unreadable('a set of tasks has no members');

    for (const member of setItems(heap, data)) {
      if (tasks.length >= most) return {tasks, isComplete: false};

      const task = isWeak ? walk(() => referred(heap, member)) : {object: member};
      if (task === undefined) isComplete = false;
      else if (task.object !== undefined) tasks.push(task.object);
    }
  }

  return {tasks, isComplete};
}

/** What a weak reference leads to, unless it is gone. Throws `Unreadable` for what is no weak reference. */
function referred(heap: Heap, member: number): {readonly object: number | undefined} {
  const {size, type} = heap.layout.object;
  const bytes = heap.object(member, size + 8);
  if (!/ref(?:erence)?(?:type)?$/i.test(heap.typeAt(u64(bytes, type)).name)) throw new Unreadable('no weak reference');

  // A reference whose object has gone leads to None.
  const object = u64(bytes, size);
  const isGone = !isObjectAddress(object) || heap.typeOf(object).name === 'NoneType';
  return {object: isGone ? undefined : object};
}
