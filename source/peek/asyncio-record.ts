/**
 * What asyncio tells of its own structures from 3.14 on: where a task keeps its coroutine, and where a thread and the
 * interpreter keep their lists of tasks (`_AsyncioDebug` in Modules/_asynciomodule.c).
 *
 * It is a row of numbers in a section whose name only a file tells. No file is opened: in memory the row is known by the
 * size of the interpreter's structure, which the runtime tells too, amid offsets that fit into the sizes beside them.
 * Two rows that fit are none.
 */
import type {Images} from './images.js';
import type {Layout} from './layout.js';
import {u64, type Memory} from './memory.js';
import {writablePieces} from './writable-pieces.js';

export type AsyncioRecord = {
  /** Inside a task. */
  readonly coroutine: number;
  readonly node: number;
  /** Where a list of tasks begins, inside the interpreter's structure and inside a thread's. */
  readonly interpreterTasks: number;
  readonly threadTasks: number;
};

const fields = 13;
const bytesOfRow = fields * 8;
/** The size of the interpreter's structure is the eighth number. */
const placeOfSize = 7 * 8;
/** A task is a few words longer than a future. */
const largestTask = 1024;
/** A thread's structure, with what only the interpreter itself knows of it. */
const largestThread = 1 << 16;

/** The row in these bytes; undefined where its numbers do not fit together. */
function recordIn(bytes: Buffer, {interpreter, thread}: Layout): AsyncioRecord | undefined {
  const [taskSize, name, awaitedBy, isTask, isSet, coroutine, node, size, interpreterTasks, threadSize, ...inThread] =
    Array.from({length: fields}, (_, field) => u64(bytes, field * 8)) as [
      ...[number, number, number, number, number, number, number, number, number, number],
      ...number[],
    ];
  const threadTasks = inThread[2] ?? 0;
  const isPointer = (at: number, end: number, length = 8): boolean => at > 0 && at % 8 === 0 && at + length <= end;

  const isRow =
    size === interpreter.size &&
    taskSize <= largestTask &&
    [name, awaitedBy, coroutine].every((at) => isPointer(at, taskSize)) &&
    isPointer(node, taskSize, 16) &&
    [isTask, isSet].every((at) => at > 0 && at < taskSize) &&
    isPointer(interpreterTasks, size, 16) &&
    threadSize >= thread.size &&
    threadSize <= largestThread &&
    inThread.every((at) => isPointer(at, threadSize)) &&
    isPointer(threadTasks, threadSize, 16);
  return isRow ? {coroutine, node, interpreterTasks, threadTasks} : undefined;
}

function recordsAt(memory: Memory, layout: Layout, base: number): readonly AsyncioRecord[] {
  const {size} = layout.interpreter;
  if (size === undefined) return [];

  const wanted = Buffer.alloc(8);
  wanted.writeUInt32LE(size);
  const found = new Map<number, AsyncioRecord>();
  for (const {address, bytes} of writablePieces(memory, base, bytesOfRow)) {
    for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) {
      const start = at - placeOfSize;
      const isInside = start >= 0 && start % 8 === 0 && start + bytesOfRow <= bytes.length;
      const record = isInside ? recordIn(bytes.subarray(start), layout) : undefined;
      if (record !== undefined) found.set(address + start, record);
    }
  }

  return [...found.values()];
}

/** Where asyncio lies: in a module of its own, or built into the library or the program. */
function homeOf({all, program}: Images): number | undefined {
  const named = (name: RegExp) => all.find(({path}) => name.test(path.slice(path.lastIndexOf('/') + 1)));
  return (named(/^_asyncio\.[\w.-]*so$/) ?? named(/^libpython\d[\w.]*\.so/) ?? program)?.base;
}

/** What asyncio tells in this process; undefined when it is not loaded, or older and tells nothing. Throws `Unreadable`. */
export function findAsyncioRecord(memory: Memory, layout: Layout, images: Images): AsyncioRecord | undefined {
  const home = homeOf(images);
  const records = home === undefined ? [] : recordsAt(memory, layout, home);
  return records.length === 1 ? records[0] : undefined;
}
