/**
 * The stack of one thread of a running program, with what stood still in it told apart from what moved.
 *
 * The thread is looked at twice, back to back, and both chains are laid side by side from their outer ends: frames that
 * are the same in both are stable, those above them are moving. Only of stable frames may variables be read. Of a busy
 * program one look in five is torn; after four tries the thread is given up for this time.
 */
import type {StackFrame} from '../observation.js';
import type {Code, CodeReader} from './code.js';
import {lookAtThread, type Frame, type Look, type LookBuffers} from './frame-chain.js';
import type {Heap} from './heap.js';
import {isObjectAddress} from './memory.js';
import {Unreadable} from './unreadable.js';

export type StableFrame = Frame & {readonly runs: Code};

export type ThreadStack = {
  /** Frames that stood still, innermost first. */
  readonly stable: readonly StableFrame[];
  /** What ran above them in the second look, innermost first: read once only. */
  readonly moving: readonly StableFrame[];
  /** Whether nothing at all changed between the two looks. */
  readonly isWhole: boolean;
  readonly next: number;
  readonly nativeId?: number;
};

/** What is shared by all looks of a reader. */
export type StackReader = {
  readonly heap: Heap;
  readonly codes: CodeReader;
  readonly interpreter: number;
  readonly buffers: LookBuffers;
};

const tries = 4;

/** How many frames the two chains have in common from their outer ends. */
function sameFromBelow(first: readonly Frame[], second: readonly Frame[]): number {
  const most = Math.min(first.length, second.length);
  for (let count = 0; count < most; count++) {
    const one = first[first.length - 1 - count];
    const other = second[second.length - 1 - count];
    if (one?.address !== other?.address || one?.code !== other?.code) return count;
  }

  return most;
}

function together(reader: StackReader, first: Look, second: Look): ThreadStack {
  const same = sameFromBelow(first.frames, second.frames);
  if (same === 0 && second.frames.length > 0) throw new Unreadable('no frame of a thread stood still');

  const frames = second.frames.map((frame): StableFrame => {
    if (!isObjectAddress(frame.code)) throw new Unreadable('a pointer led to no code');
    const {address, code, instruction, bytecode} = frame;
    return {address, code, instruction, bytecode, runs: reader.codes.at(code)};
  });
  const moved = frames.length - same;
  return {
    stable: frames.slice(moved),
    moving: frames.slice(0, moved),
    isWhole:
      moved === 0 &&
      first.frames.length === second.frames.length &&
      first.frames[0]?.instruction === second.frames[0]?.instruction,
    next: second.next,
    ...(second.nativeId !== undefined && {nativeId: second.nativeId}),
  };
}

/** Reads the stack of the thread at an address. Throws `Unreadable` when it did not stand still in four tries. */
export function readThreadStack(reader: StackReader, thread: number): ThreadStack {
  let last: unknown;
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      const first = lookAtThread(reader.heap, thread, reader.interpreter, reader.buffers);
      const second = lookAtThread(reader.heap, thread, reader.interpreter, reader.buffers);
      return together(reader, first, second);
    } catch (error) {
      if (!(error instanceof Unreadable) || error.gone) throw error;
      last = error;
    }
  }

  throw last;
}

/** The line a frame is at; undefined where its instruction belongs to none. */
function lineOf(heap: Heap, {runs, instruction, bytecode}: StableFrame): number | undefined {
  const start =
    runs.bytecodes === undefined || bytecode === 0
      ? runs.instructions
      : heap.memory.pointer(runs.bytecodes + 8 + 8 * bytecode);
  return runs.lineAt(instruction - start);
}

/** A frame in the form that leaves this room. */
export function describeFrame(heap: Heap, frame: StableFrame): StackFrame {
  const line = lineOf(heap, frame);
  return {function: frame.runs.name, file: frame.runs.file, ...(line !== undefined && {line})};
}
