/** The value that a suspended frame has on top of its own stack: the one it awaits. */
import {untagged} from './frame-chain.js';
import type {Heap} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import type {StableFrame} from './thread-stack.js';

/** Where a frame keeps how far its values reach (PyFrameObject up to 3.10, _PyInterpreterFrame from 3.11 to 3.13). */
const valuesAt = 64;
const depthAt310 = 80;
const topAt39 = 72;
/** From this version on a position in what is awaited lies above it (`_PyGen_yf` in Objects/genobject.c). */
const firstWithPosition = 15;

/** Where the value lies; undefined when there is none. */
function placeOf(heap: Heap, {address, runs}: StableFrame): number | undefined {
  const {minor, frame} = heap.layout;
  const bytes = heap.object(address, frame.locals);
  if (minor <= 9) {
    const end = u64(bytes, topAt39);
    return end > u64(bytes, valuesAt) ? end - 8 : undefined;
  }
  if (minor === 10) {
    const depth = bytes.readInt32LE(depthAt310);
    return depth > 0 ? u64(bytes, valuesAt) + (depth - 1) * 8 : undefined;
  }

  const lowest = address + frame.locals + runs.variables.length * 8;
  const end =
    frame.stackPointer === undefined
      ? address + frame.locals + bytes.readInt32LE(valuesAt) * 8
      : u64(bytes, frame.stackPointer) - (minor >= firstWithPosition ? 8 : 0);
  return end > lowest ? end - 8 : undefined;
}

/** The address of what a suspended frame awaits; undefined when there is nothing. Throws `Unreadable`. */
export function awaitedValue(heap: Heap, frame: StableFrame): number | undefined {
  const place = placeOf(heap, frame);
  const value = place === undefined ? 0 : untagged(heap.memory.pointer(place), heap.layout.taggedSlots);
  return isObjectAddress(value) ? value : undefined;
}
