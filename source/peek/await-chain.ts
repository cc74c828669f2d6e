/**
 * What a suspended coroutine waits for, link by link: its frame, the coroutine it awaits, that one's frame, and so on.
 *
 * None of these frames is on a thread's stack. A suspended frame has what it awaits on top of its own stack of values;
 * there the chain is followed. A chain that reaches a future ends there, unless the future is a task: then what that
 * task runs is what is waited for.
 */
import {coroutineFrame} from './coroutines.js';
import {untagged} from './frame-chain.js';
import type {Heap} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import type {StableFrame, StackReader} from './thread-stack.js';
import {taskCoroutine, type TaskShapes} from './task-shape.js';

export type AwaitChain = {
  /** Outermost first: the coroutine itself, then what it awaits. */
  readonly frames: readonly StableFrame[];
  /** Whether the coroutine runs now: the frames it has entered are on a thread's stack. */
  readonly runs: boolean;
};

const deepest = 60;

/** Awaitables that only pass on to another one, which is their first field (Objects/genobject.c, Modules/_asynciomodule.c). */
const wrappers = new Set(['coroutine_wrapper', 'async_generator_asend', 'async_generator_athrow', 'anext_awaitable']);
const futureIterator = /(?:^|\.)FutureIter$/;

/**
 * The chain of a coroutine, read once. Undefined when it has ended or is no coroutine. Throws `Unreadable`, also for a
 * chain without an end.
 */
export function awaitChain(
  {heap, codes}: StackReader,
  shapes: TaskShapes,
  coroutine: number,
  most = deepest,
): AwaitChain | undefined {
  const outermost = coroutineFrame(heap, codes, coroutine);
  if (outermost === undefined) return undefined;

  const frames = [outermost];
  let suspended = suspension(heap, coroutine, outermost);
  const runs = suspended === 'runs';
  let from = coroutine;
  let last = outermost;
  while (suspended === 'waits' && frames.length < most) {
    const next = awaited(heap, shapes, from, last);
    const frame = next === undefined ? undefined : coroutineFrame(heap, codes, next);
    if (next === undefined || frame === undefined) break;

    frames.push(frame);
    suspended = suspension(heap, next, frame);
    from = next;
    last = frame;
  }

  return {frames, runs};
}

/** Whether two reads of a chain tell the same. */
export function isSameChain(one: AwaitChain, other: AwaitChain): boolean {
  return (
    one.runs === other.runs &&
    one.frames.length === other.frames.length &&
    one.frames.every((frame, index) => {
      const twin = other.frames[index];
      return (
        frame.address === twin?.address &&
        frame.code === twin.code &&
        (one.runs || frame.instruction === twin.instruction)
      );
    })
  );
}

type Suspension = 'runs' | 'waits' | 'elsewhere';

/** Values of the state of a generator's frame (Include/internal/pycore_frame.h), the same from 3.11 to 3.13. */
const stateWaits = -1;
const stateRuns = 0;
/** The state of a frame object in 3.10: FRAME_SUSPENDED, FRAME_EXECUTING (Include/cpython/frameobject.h). */
const frameStateAt = 108;
const running310 = 0;
const suspended310 = -1;

function suspension(heap: Heap, coroutine: number, {address}: StableFrame): Suspension {
  const {generator, minor} = heap.layout;
  if (minor <= 9) {
    // Before there was a state, a coroutine had a flag that says whether it runs, right behind the pointer to its frame.
    const runs = heap.object(coroutine + generator.frame + 8, 8).readInt8(0) !== 0;
    return runs ? 'runs' : 'waits';
  }

  const [state, waits, runs] =
    generator.state === undefined
      ? [heap.object(address + 104, 8).readInt8(frameStateAt - 104), suspended310, running310]
      : [heap.memory.read(coroutine + generator.state, 1).readInt8(0), stateWaits, stateRuns];
  return state === waits ? 'waits' : state === runs ? 'runs' : 'elsewhere';
}

/** The coroutine or generator a suspended frame waits for; undefined where it waits for something else. */
function awaited(heap: Heap, shapes: TaskShapes, coroutine: number, frame: StableFrame): number | undefined {
  const isGenerator = heap.typeOf(coroutine).name === 'generator';
  let value = topValue(heap, frame);
  for (let passed = 0; value !== undefined && passed < 4; passed++) {
    const {name} = heap.typeOf(value);
    if (name === 'coroutine' || name === 'async_generator') return value;
    // A generator may have one on its stack for a loop of its own, and not because it waits for it.
    if (name === 'generator') return isGenerator ? undefined : value;

    const isFuture = futureIterator.test(name);
    if (!isFuture && !wrappers.has(name)) return undefined;

    const inner = heap.memory.pointer(value + heap.layout.object.size);
    value = isFuture ? taskCoroutine(heap, shapes, inner) : inner;
  }

  return undefined;
}

/** Where a frame keeps how far its values reach (PyFrameObject up to 3.10, _PyInterpreterFrame from 3.11). */
const valuesAt = 64;
const depthAt310 = 80;
const topAt39 = 72;

/** What lies on top of a suspended frame's values; undefined when there is nothing. */
function topValue(heap: Heap, {address, runs}: StableFrame): number | undefined {
  const {layout, memory} = heap;
  const {locals} = layout.frame;
  const bytes = heap.object(address, locals);
  const top = ((): number | undefined => {
    if (layout.minor <= 9) {
      const end = u64(bytes, topAt39);
      return end > u64(bytes, valuesAt) ? end - 8 : undefined;
    }
    if (layout.minor === 10) {
      const depth = bytes.readInt32LE(depthAt310);
      return depth > 0 ? u64(bytes, valuesAt) + (depth - 1) * 8 : undefined;
    }

    const count = bytes.readInt32LE(valuesAt);
    return count > runs.variables.length ? address + locals + (count - 1) * 8 : undefined;
  })();
  const value = top === undefined ? 0 : untagged(memory.pointer(top), layout.taggedSlots);
  return isObjectAddress(value) ? value : undefined;
}
