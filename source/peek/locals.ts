/** Local variables of a frame. Only frames that stood still may be asked, and an answer holds only if the frame still does. */
import {untagged} from './frame-chain.js';
import type {Heap} from './heap.js';
import {isObjectAddress} from './memory.js';
import type {StableFrame} from './thread-stack.js';

/** Whether the frame still runs the code it ran when it was read. Throws `Unreadable`. */
export function stillRuns(heap: Heap, {address, code}: StableFrame): boolean {
  return untagged(heap.memory.pointer(address + heap.layout.frame.code), heap.layout.taggedSlots) === code;
}

/** The address of a local variable's value; undefined when it is not set, or the code has no such variable. Throws `Unreadable`. */
export function localValue(heap: Heap, {address, runs}: StableFrame, name: string): number | undefined {
  const slot = (place: number): number =>
    untagged(heap.memory.pointer(address + heap.layout.frame.locals + place * 8), heap.layout.taggedSlots);
  const place = runs.variables.indexOf(name);
  if (place < 0) return undefined;

  const value = slot(place);
  if (isObjectAddress(value)) return runs.isCell(place) ? contents(heap, value) : value;

  // Up to 3.10 a captured argument lives in its cell and leaves its plain place empty.
  const cellPlace = runs.cellsFrom === undefined ? -1 : runs.variables.indexOf(name, runs.cellsFrom);
  const cell = cellPlace < 0 ? 0 : slot(cellPlace);
  return isObjectAddress(cell) ? contents(heap, cell) : undefined;
}

/** What a cell holds; a value that is no cell yet is returned as it is. */
function contents(heap: Heap, value: number): number | undefined {
  if (heap.typeOf(value).name !== 'cell') return value;

  const held = heap.memory.pointer(value + heap.layout.cellValue);
  return isObjectAddress(held) ? held : undefined;
}
