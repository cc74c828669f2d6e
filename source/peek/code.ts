/** Code objects: what a frame runs, with its names and lines. */
import {stripControls} from '../gunicorn/redact.js';
import type {Heap} from './heap.js';
import {lineAt} from './line-table.js';
import {u64} from './memory.js';
import {Unreadable, walk} from './unreadable.js';
import {nameAt, readBytes, readStr, tupleItems} from './values.js';

export type Code = {
  readonly address: number;
  readonly name: string;
  /** As the interpreter was told it, inside the target's own root. */
  readonly file: string;
  readonly firstLine: number;
  /** Names of local variables by their place in the frame, arguments first. */
  readonly variables: readonly string[];
  /** Whether the variable at a place may live in a cell, because an inner function uses it. */
  readonly isCell: (place: number) => boolean;
  /** The place from which cells stand apart from plain variables; all cells are among the plain ones from 3.11 on. */
  readonly cellsFrom?: number;
  /** Where the instructions begin: an address, or 0 where frames count from there anyway. */
  readonly instructions: number;
  /** Where the pointers to a free-threaded build's copies of the instructions are. */
  readonly bytecodes?: number;
  /** The line of the instruction at a distance in bytes from the first. */
  readonly lineAt: (offset: number) => number | undefined;
};

export type CodeReader = {
  /** The code object at an address, as it was looked at within the last second. Throws `Unreadable`. */
  readonly at: (address: number) => Code;
};

/** A program runs some hundreds of functions again and again. */
const mostCodes = 2000;
/** The line table of a very long module. */
const longestTable = 1 << 16;

const mostLines = 100;

type Known = {readonly code: Code; readonly identity: Buffer; epoch: number};

export function openCodeReader(heap: Heap): CodeReader {
  const known = new Map<number, Known>();
  const {code: layout} = heap.layout;

  // What makes it this code: pointers to its names and table, and its first line. Counters beside them change.
  const identityOf = (bytes: Buffer): Buffer =>
    Buffer.concat(
      [layout.name, layout.filename, layout.lineTable, layout.firstLine].map((at, index) =>
        bytes.subarray(at, at + (index === 3 ? 4 : 8)),
      ),
    );

  return {
    at: (address) => {
      const seen = known.get(address);
      if (seen?.epoch === heap.epoch()) return seen.code;

      const bytes = heap.object(address, layout.size);
      if (heap.typeAt(u64(bytes, heap.layout.object.type)).name !== 'code')
        throw new Unreadable('a frame runs no code');

      const identity = identityOf(bytes);
      if (seen?.identity.equals(identity) === true) {
        seen.epoch = heap.epoch();
        return seen.code;
      }

      if (known.size >= mostCodes) known.clear();
      const code = readCode(heap, address, bytes);
      known.set(address, {code, identity, epoch: heap.epoch()});
      return code;
    },
  };
}

/** A program that waits is at the same few instructions again and again. */
function rememberedLines(lineOf: (offset: number) => number | undefined): Code['lineAt'] {
  const known = new Map<number, number | undefined>();
  return (offset) => {
    if (known.has(offset)) return known.get(offset);

    const line = lineOf(offset);
    const real = line !== undefined && line > 0 ? line : undefined;
    if (known.size >= mostLines) known.clear();
    known.set(offset, real);
    return real;
  };
}

function readCode(heap: Heap, address: number, bytes: Buffer): Code {
  const {code: layout, minor} = heap.layout;
  const firstLine = bytes.readInt32LE(layout.firstLine);
  // Without its lines a function is still worth its name.
  const table = walk(() => readBytes(heap, u64(bytes, layout.lineTable), longestTable)) ?? Buffer.alloc(0);

  return {
    address,
    name: stripControls(readStr(heap, u64(bytes, layout.name), 512)),
    file: stripControls(readStr(heap, u64(bytes, layout.filename))),
    firstLine,
    ...readVariables(heap, bytes),
    instructions: layout.instructions === 0 ? 0 : address + layout.instructions,
    ...(layout.bytecodes !== undefined && {bytecodes: u64(bytes, layout.bytecodes)}),
    lineAt: rememberedLines((offset) => lineAt(table, firstLine, offset, minor)),
  };
}

/** Bits of `co_localspluskinds` (Include/internal/pycore_code.h): CO_FAST_CELL and CO_FAST_FREE. */
const cellKinds = 0x40 | 0x80;

function readVariables(heap: Heap, bytes: Buffer): Pick<Code, 'variables' | 'isCell' | 'cellsFrom'> {
  const {variables: layout} = heap.layout.code;
  const namesAt = (at: number): readonly string[] => tupleItems(heap, u64(bytes, at)).map((name) => nameAt(heap, name));
  if (layout.kind === 'one-list') {
    const kinds = readBytes(heap, u64(bytes, layout.kinds), 10_000);
    return {variables: namesAt(layout.names), isCell: (place) => ((kinds[place] ?? 0) & cellKinds) !== 0};
  }

  const count = bytes.readInt32LE(layout.count);
  const plain = namesAt(layout.variables).slice(0, Math.max(0, count));
  return {
    variables: [...plain, ...namesAt(layout.cells), ...namesAt(layout.frees)],
    isCell: (place) => place >= count,
    cellsFrom: count,
  };
}
