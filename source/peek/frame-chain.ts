/**
 * The chain of frames of one thread as it stood at one instant, or nearly.
 *
 * From 3.11 on all frames but those of generators lie on a stack of the thread's own, which one read brings over whole;
 * what lies elsewhere is read frame by frame. The interpreter goes on meanwhile: two such looks tell what stood still
 * (thread-stack.ts).
 */
import type {Heap} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import {Unreadable} from './unreadable.js';

export type Frame = {
  readonly address: number;
  readonly code: number;
  /** Where it is: an address of an instruction, or from 3.8 to 3.10 a distance from the first. */
  readonly instruction: number;
  /** Which copy of the instructions it runs, in a free-threaded build. */
  readonly bytecode: number;
};

export type Look = {
  /** Innermost first. */
  readonly frames: readonly Frame[];
  readonly next: number;
  readonly ident: number;
  /** The kernel's id of the thread in its own pid namespace; 3.11 and newer. */
  readonly nativeId?: number;
};

/** Room for one look; what it gives does not refer to it. */
export type LookBuffers = {readonly thread: Buffer; readonly stack: Buffer; readonly frame: Buffer};

export function lookBuffers(): LookBuffers {
  return {thread: Buffer.alloc(2048), stack: Buffer.alloc(1 << 17), frame: Buffer.alloc(1024)};
}

/** Frames of one thread at most: three times Python's own limit of recursion. */
const deepest = 3000;
/** Frames pushed between reading the thread and reading its stack lie above the top it told. */
const headroom = 2048;
/** A generator's frame leads on only while the generator runs, so none is the outermost (FRAME_OWNED_BY_GENERATOR). */
const generatorOwner = 1;
/** Owners from here on are C code and have no code object of their own (3.12 and newer). */
const firstOwnerInC = 3;

type Window = {readonly start: number; readonly length: number; readonly bytes: Buffer};

function stackWindow(heap: Heap, thread: Buffer, into: Buffer): Window | undefined {
  const {stack} = heap.layout.thread;
  if (stack === undefined) return undefined;

  const chunk = u64(thread, stack.chunk);
  const top = u64(thread, stack.top);
  if (chunk === 0 || top <= chunk) return undefined;

  // A short read is the end of the chunk. A stack that is too deep for the buffer is read at its inner end.
  const start = Math.max(chunk, top + headroom - into.length);
  return {start, length: heap.memory.readSome(start, top + headroom - start, into), bytes: into};
}

function topFrame(heap: Heap, thread: Buffer): number {
  const {top} = heap.layout.thread;
  const pointer = u64(thread, top.at);
  return top.kind === 'field' || pointer === 0 ? pointer : heap.memory.pointer(pointer + top.frame);
}

/** Reads a thread and its frames once. Throws `Unreadable`, also for what cannot be a thread of this interpreter. */
export function lookAtThread(heap: Heap, thread: number, interpreter: number, buffers: LookBuffers): Look {
  const {layout, memory} = heap;
  const {position, code, previous, locals} = layout.frame;
  if (!isObjectAddress(thread)) throw new Unreadable('a pointer led to no thread');

  const head = buffers.thread.subarray(0, layout.thread.size);
  if (memory.readSome(thread, head.length, head) < head.length) throw new Unreadable('a thread is not readable');
  if (u64(head, layout.thread.interpreter) !== interpreter) throw new Unreadable('a pointer led to no thread');

  const window = stackWindow(heap, head, buffers.stack);
  const frames: Frame[] = [];
  let address = topFrame(heap, head);
  let passed = 0;
  for (let depth = 0; address !== 0; depth++) {
    if (depth >= deepest || address === passed) throw new Unreadable('a stack has no end');
    if (!isObjectAddress(address)) throw new Unreadable('a pointer led to no frame');
    // A chain in a circle comes by one of these again (Brent's way to find one).
    if ((depth & (depth - 1)) === 0) passed = address;

    const isInside =
      window !== undefined && address >= window.start && address + locals <= window.start + window.length;
    const bytes = isInside ? window.bytes : buffers.frame;
    const at = isInside ? address - window.start : 0;
    if (!isInside && memory.readSome(address, locals, bytes) < locals) throw new Unreadable('a frame is not readable');

    // Up to 3.10 a function's frame is kept for its next call: without a reference it runs nothing and leads nowhere.
    if (position.kind === 'index' && u64(bytes, at) === 0) throw new Unreadable('a frame is no longer in use');

    const owner = position.kind === 'address' ? bytes.readUInt8(at + position.owner) : 0;
    const isInC = layout.minor >= 12 && owner >= firstOwnerInC;
    if (!isInC) {
      frames.push({
        address,
        code: untagged(u64(bytes, at + code), layout.taggedSlots),
        instruction:
          position.kind === 'address'
            ? u64(bytes, at + position.at)
            : bytes.readInt32LE(at + position.at) * position.scale,
        bytecode:
          position.kind === 'address' && position.bytecode !== undefined
            ? bytes.readInt32LE(at + position.bytecode)
            : 0,
      });
    }
    address = u64(bytes, at + previous);
    if (address === 0 && owner === generatorOwner) throw new Unreadable('a generator is between two steps');
  }

  return {
    frames,
    next: u64(head, layout.thread.next),
    ident: u64(head, layout.thread.ident),
    ...(layout.thread.nativeId !== undefined && {nativeId: u64(head, layout.thread.nativeId)}),
  };
}

/** A pointer of a frame without the two bits of tag that newer versions keep in it; 0 for a small int kept in place. */
export function untagged(pointer: number, isTagged: boolean): number {
  if (!isTagged) return pointer;

  const tag = pointer % 4;
  return tag === 3 ? 0 : pointer - tag;
}
