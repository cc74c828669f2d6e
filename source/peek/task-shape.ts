/**
 * Where a task of asyncio keeps its coroutine.
 *
 * The structure of `_asyncio.Task` is private to its module. From 3.14 on that tells the place; before, it is found in
 * the objects themselves: the one word that leads to a coroutine and is followed by the task's name. It is the same for
 * all tasks of a program, those of classes derived from it included.
 */
import {ancestry} from './attributes.js';
import {hasFlag, typeFlag, type Heap} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import {walk} from './unreadable.js';

/** What is remembered of the tasks of one program, for as long as the heap remembers types. */
export type TaskShapes = {
  readonly isTask: Map<number, boolean>;
  /** The distance of the coroutine from the start of a task: what asyncio tells, else what was found. */
  toldAt?: number;
  coroutineAt: number | undefined;
  epoch: number;
};

export function taskShapes(): TaskShapes {
  return {isTask: new Map(), coroutineAt: undefined, epoch: -1};
}

/** `_asyncio.Task` is smaller; what a derived class adds comes after it. */
const mostBytes = 320;

function freshen(heap: Heap, shapes: TaskShapes): void {
  if (shapes.epoch === heap.epoch()) return;

  shapes.epoch = heap.epoch();
  shapes.isTask.clear();
  shapes.coroutineAt = undefined;
}

function findPlace(heap: Heap, bytes: Buffer): number | undefined {
  for (let at = heap.layout.object.size; at + 16 <= bytes.length; at += 8) {
    const [value, next] = [u64(bytes, at), u64(bytes, at + 8)];
    if (!isObjectAddress(value) || !isObjectAddress(next)) continue;

    const isHere = walk(() => {
      if (heap.typeOf(value).name !== 'coroutine') return false;

      // From 3.12 on a name that nobody gave is a number until it is asked for.
      const name = heap.typeOf(next);
      return hasFlag(name, typeFlag.str) || hasFlag(name, typeFlag.int);
    });
    if (isHere === true) return at;
  }

  return undefined;
}

/**
 * The address of the object that a task runs; undefined when the object is no task or its place is not known yet. Throws
 * `Unreadable`.
 */
export function taskCoroutine(heap: Heap, shapes: TaskShapes, object: number): number | undefined {
  freshen(heap, shapes);
  const bytes = heap.object(object, mostBytes, heap.layout.object.size);
  const type = heap.typeAt(u64(bytes, heap.layout.object.type));
  const isTask = shapes.isTask.get(type.address) ?? ancestry(heap, type).some(({name}) => name === '_asyncio.Task');
  shapes.isTask.set(type.address, isTask);
  if (!isTask) return undefined;

  shapes.coroutineAt ??= shapes.toldAt ?? findPlace(heap, bytes);
  if (shapes.coroutineAt === undefined || shapes.coroutineAt + 8 > bytes.length) return undefined;

  const coroutine = u64(bytes, shapes.coroutineAt);
  return isObjectAddress(coroutine) ? coroutine : undefined;
}
