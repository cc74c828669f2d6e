/**
 * Finds exported symbols of a loaded ELF image in the memory of its process: program headers, the dynamic section and
 * its GNU hash table. No file is opened, so a deleted or replaced binary and another mount namespace make no difference.
 */
import {u64, type Memory} from './memory.js';
import {Unreadable} from './unreadable.js';

export type Segment = {readonly start: number; readonly size: number; readonly writable: boolean};

export type Elf = {
  readonly segments: readonly Segment[];
  /** The address of an exported symbol; undefined when the image does not define it. Throws `Unreadable`. */
  readonly symbol: (name: string) => number | undefined;
};

// elf.h
const loadSegment = 1;
const dynamicSegment = 2;
const writableFlag = 2;
const dynamicTag = {stringTable: 5, symbolTable: 6, gnuHash: 0x6f_ff_fe_f5} as const;
const symbolBytes = 24;

// A chain of one bucket is a handful long in any real table.
const longestChain = 10_000;

/** The hash of DT_GNU_HASH. */
function gnuHash(name: string): number {
  let hash = 5381;
  for (const byte of Buffer.from(name)) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash;
}

type Tables = {readonly symbols: number; readonly strings: number; readonly hash: number};

function tablesOf(memory: Memory, dynamic: number, size: number, bias: number): Tables | undefined {
  const bytes = memory.read(dynamic, size);
  const found = new Map<number, number>();
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = u64(bytes, at);
    if (tag === 0) break;
    found.set(tag, u64(bytes, at + 8));
  }

  // glibc's loader turns these into addresses, musl's leaves them relative.
  const address = (tag: number): number | undefined => {
    const value = found.get(tag);
    return value === undefined || value >= bias ? value : value + bias;
  };
  const symbols = address(dynamicTag.symbolTable);
  const strings = address(dynamicTag.stringTable);
  const hash = address(dynamicTag.gnuHash);
  return symbols === undefined || strings === undefined || hash === undefined ? undefined : {symbols, strings, hash};
}

function lookUp(memory: Memory, tables: Tables, name: string, bias: number): number | undefined {
  const head = memory.read(tables.hash, 16);
  const bucketCount = head.readUInt32LE(0);
  const firstIndex = head.readUInt32LE(4);
  if (bucketCount === 0) return undefined;

  const buckets = tables.hash + 16 + head.readUInt32LE(8) * 8;
  const chains = buckets + bucketCount * 4;
  const hash = gnuHash(name);
  let index = memory.read(buckets + (hash % bucketCount) * 4, 4).readUInt32LE(0);
  if (index < firstIndex) return undefined;

  for (let steps = 0; steps < longestChain; steps++, index++) {
    const link = memory.read(chains + (index - firstIndex) * 4, 4).readUInt32LE(0);
    if (link >>> 1 === hash >>> 1) {
      const symbol = memory.read(tables.symbols + index * symbolBytes, symbolBytes);
      const isDefined = symbol.readUInt16LE(6) !== 0;
      const written = memory.read(tables.strings + symbol.readUInt32LE(0), name.length + 1);
      if (isDefined && written.toString('latin1') === `${name}\0`) return bias + u64(symbol, 8);
    }
    if ((link & 1) === 1) return undefined;
  }

  throw new Unreadable('a symbol table has no end');
}

/** Reads the headers of the image that begins there. Throws `Unreadable`. */
export function readElf(memory: Memory, base: number): Elf {
  const header = memory.read(base, 64);
  const isElf = header.readUInt32BE(0) === 0x7f_45_4c_46;
  if (!isElf || header[4] !== 2 || header[5] !== 1)
    throw new Unreadable('the program is not a 64-bit little-endian ELF');

  const entryBytes = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  if (entryBytes < 56 || count === 0) throw new Unreadable('the program has no program headers');

  const entries = memory.read(base + u64(header, 32), count * entryBytes);
  const parsed = Array.from({length: count}, (_, index) => {
    const at = index * entryBytes;
    return {
      type: entries.readUInt32LE(at),
      flags: entries.readUInt32LE(at + 4),
      address: u64(entries, at + 16),
      size: u64(entries, at + 40),
    };
  });
  const loads = parsed.filter(({type}) => type === loadSegment);
  const lowest = Math.min(...loads.map(({address}) => address));
  const bias = base - (lowest - (lowest % 4096));
  const dynamic = parsed.find(({type}) => type === dynamicSegment);
  const tables = dynamic && tablesOf(memory, bias + dynamic.address, dynamic.size, bias);

  return {
    segments: loads.map(({address, size, flags}) => ({
      start: bias + address,
      size,
      writable: (flags & writableFlag) !== 0,
    })),
    symbol: (name) => (tables === undefined ? undefined : lookUp(memory, tables, name, bias)),
  };
}
