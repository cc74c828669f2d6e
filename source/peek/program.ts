/** One process with a Python in it that is known: its memory, its objects and its threads. */
import {readlinkSync} from 'node:fs';
import type {ProcessId, Reading, StackFrame} from '../observation.js';
import {identify, readStatus, uidOf} from '../sensors/procfs.js';
import {gone, valueOf, type Owner} from '../sensors/reading.js';
import {openCodeReader} from './code.js';
import type {LookBuffers} from './frame-chain.js';
import {openHeap, type Heap} from './heap.js';
import {readImages, type Images} from './images.js';
import {openMemory} from './memory.js';
import type {Runtime} from './runtime.js';
import {describeFrame, readThreadStack, type StackReader, type ThreadStack} from './thread-stack.js';
import {Unreadable, walk} from './unreadable.js';

export type Program = {
  readonly id: ProcessId;
  /** Its pid in its own pid namespace, which is the one its own objects know. */
  readonly ownPid: number;
  /** Whether its clock that never goes back is the one of this process. */
  readonly sharesClock: boolean;
  readonly runtime: Runtime;
  readonly heap: Heap;
  readonly stacks: StackReader;
  /** What it has loaded by now; nothing where that is not readable. */
  readonly images: () => Images;
  readonly close: () => void;
};

/** One thread. Without a `stack` it did not stand still for long enough. */
export type Thread = {
  readonly stack?: ThreadStack;
  readonly isMain: boolean;
  /** The kernel's id in the process's own pid namespace, where the interpreter knows it: 3.11 and newer, or the main thread. */
  readonly threadId?: number;
};

export type Threads = {
  readonly list: readonly Thread[];
  /** Whether every thread of the interpreter is in the list and was readable. */
  readonly isComplete: boolean;
};

/** Whose process it is, for the words of a refusal. */
export function ownerOf(pid: number, root: string): Owner {
  const uid = uidOf(pid, root);
  return uid === undefined ? {} : {uid};
}

/** Opens a process that runs the runtime: the master it was found in, or one of its forked children. */
export function openProgram(
  pid: number,
  runtime: Runtime,
  buffers: LookBuffers,
  root = '/proc',
  expected?: ProcessId,
): Reading<Program> {
  const memory = openMemory(pid, root, ownerOf(pid, root));
  if (memory.kind !== 'ok') return memory;

  // Only after the memory is open is it sure whose it is: the descriptor stays with it, the pid does not.
  const id = identify(pid, root);
  const status = readStatus(pid, root);
  if (id.kind !== 'ok' || status.kind !== 'ok' || (expected && id.value.startTicks !== expected.startTicks)) {
    memory.value.close();
    return id.kind === 'ok' ? (status.kind === 'ok' ? gone : status) : id;
  }

  const heap = openHeap(memory.value, runtime.layout);
  return {
    kind: 'ok',
    value: {
      id: id.value,
      ownPid: status.value.nsPid ?? pid,
      sharesClock: sharesClock(pid, root),
      runtime,
      heap,
      stacks: {heap, codes: openCodeReader(heap), interpreter: runtime.interpreter, buffers},
      images: () => valueOf(readImages(pid, root)) ?? {all: []},
      close: memory.value.close,
    },
  };
}

/** A time namespace may give a container another clock; where there is none, all have the same (time_namespaces(7)). */
function sharesClock(pid: number, root: string): boolean {
  const namespace = (process: number | 'self'): string | undefined => {
    try {
      return readlinkSync(`${root}/${process}/ns/time`);
    } catch {
      return undefined;
    }
  };
  return namespace(pid) === namespace('self');
}

const mostThreads = 300;

/** The stacks of all threads. Throws `Unreadable` when not even the list of them can be followed. */
export function readThreads({heap, stacks, runtime, ownPid}: Program): Threads {
  const {interpreter, layout} = runtime;
  const list: Array<{readonly stack?: ThreadStack; readonly nativeId?: number}> = [];
  let isComplete = true;
  let isToTheEnd = false;
  let address = heap.memory.pointer(interpreter + layout.interpreter.threads);
  const passed = new Set<number>();
  while (address !== 0 && list.length < mostThreads && !passed.has(address)) {
    const thread = address;
    passed.add(thread);
    const stack = walk(() => readThreadStack(stacks, thread));
    isComplete &&= stack !== undefined;
    list.push(stack === undefined ? {} : {stack, ...(stack.nativeId !== undefined && {nativeId: stack.nativeId})});

    const next = stack?.next ?? walk(() => heap.memory.pointer(thread + layout.thread.next));
    isToTheEnd = next === 0;
    address = next ?? 0;
  }

  if (list.length === 0) throw new Unreadable('the interpreter has no thread');
  return {
    isComplete: isComplete && isToTheEnd,
    list: list.map(({stack, nativeId}, index) => {
      // New threads are put first, and a fork leaves only the one that forked.
      const isMain = isToTheEnd ? index === list.length - 1 : nativeId === ownPid;
      const threadId = isMain ? ownPid : nativeId;
      return {isMain, ...(stack && {stack}), ...(threadId !== undefined && {threadId})};
    }),
  };
}

/** What a stack shows at most; a deep recursion repeats itself. */
export const mostFrames = 100;

/** The frames of a stack that stood still, innermost first, in the form that leaves this room. */
export function describeStack(heap: Heap, {stable}: ThreadStack): readonly StackFrame[] {
  return stable.slice(0, mostFrames).map((frame) => describeFrame(heap, frame));
}
