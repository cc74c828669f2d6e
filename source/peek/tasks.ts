/**
 * The tasks of asyncio that a program has, from wherever its version keeps them.
 *
 * Up to 3.11 that is the set `asyncio.tasks._all_tasks`, in 3.12 and 3.13 `_scheduled_tasks` with `_eager_tasks` beside
 * it. From 3.14 on those two hold only what is no `asyncio.Task`, and all others are in linked lists (task-links.ts).
 */
import {findAsyncioRecord, type AsyncioRecord} from './asyncio-record.js';
import {attributes, moduleDict} from './attributes.js';
import {namedEntries} from './dicts.js';
import type {Heap} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import type {Program} from './program.js';
import {readLinkedTasks, type TaskList} from './task-links.js';
import {Unreadable, walk} from './unreadable.js';
import {setItems} from './values.js';

/** Where the tasks are kept; it stays the same for as long as the program runs. */
export type TaskPlaces = {
  /** The addresses of sets. */
  readonly sets: readonly number[];
  /** How to find the linked lists: 3.14 and newer. */
  readonly record?: AsyncioRecord;
};

const lastWithOneSet = 11;
const firstWithLists = 14;

/** Finds the places, which are there once asyncio is imported; undefined until then, or where they cannot be told. */
export function findTaskPlaces({heap, runtime, images}: Program): TaskPlaces | undefined {
  const {minor} = heap.layout;
  return walk(() => {
    const dict = moduleDict(heap, runtime.interpreter, 'asyncio.tasks');
    const names = minor <= lastWithOneSet ? ['_all_tasks'] : ['_scheduled_tasks', '_eager_tasks'];
    const found = dict === undefined ? undefined : namedEntries(heap, dict, names);
    const sets = names.flatMap((name) => found?.get(name) ?? []);
    if (sets.length !== names.length) return undefined;
    if (minor < firstWithLists) return {sets};

    const record = findAsyncioRecord(heap.memory, heap.layout, images());
    return record && {sets, record};
  });
}

/** Reads the tasks, up to so many. Throws `Unreadable` when one of the places did not hold still. */
export function readTaskList(program: Program, {sets, record}: TaskPlaces, most: number): TaskList {
  const inSets = readSets(program.heap, sets, most);
  if (record === undefined || !inSets.isComplete) return inSets;

  const {tasks, isComplete} = readLinkedTasks(program, record, most - inSets.tasks.length);
  return {tasks: [...inSets.tasks, ...tasks], isComplete};
}

function readSets(heap: Heap, sets: readonly number[], most: number): TaskList {
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
