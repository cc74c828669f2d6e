/**
 * What a suspended coroutine waits for, link by link: its frame, the coroutine it awaits, that one's frame, and so on.
 *
 * None of these frames is on a thread's stack. A suspended frame has what it awaits on top of its own stack of values;
 * there the chain is followed. A chain that reaches a future ends there, unless the future is a task: then what that
 * task runs is what is waited for.
 */
import {coroutineState} from './coroutine-state.js';
import {coroutineFrame} from './coroutines.js';
import {awaitedValue} from './frame-values.js';
import type {Heap} from './heap.js';
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
  let state = coroutineState(heap, coroutine, outermost.address);
  const runs = state === 'runs';
  let from = coroutine;
  let last = outermost;
  while (state === 'waits' && frames.length < most) {
    const next = awaited(heap, shapes, from, last);
    const frame = next === undefined ? undefined : coroutineFrame(heap, codes, next);
    if (next === undefined || frame === undefined) break;

    frames.push(frame);
    state = coroutineState(heap, next, frame.address);
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

/** The coroutine or generator a suspended frame waits for; undefined where it waits for something else. */
function awaited(heap: Heap, shapes: TaskShapes, coroutine: number, frame: StableFrame): number | undefined {
  const isGenerator = heap.typeOf(coroutine).name === 'generator';
  let value = awaitedValue(heap, frame);
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
