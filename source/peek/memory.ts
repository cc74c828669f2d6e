/**
 * The memory of one process, read by position and never written.
 *
 * `/proc/<pid>/mem` is opened once. The descriptor stays with the memory it was opened on: after exit or exec it gives
 * nothing, and never the memory of another process, so a pid that is used again is no danger (measured on Linux 6.18).
 */
import fs from 'node:fs';
import type {Reading} from '../observation.js';
import {openReadOnly} from '../sensors/files.js';
import {attempt, type Owner} from '../sensors/reading.js';
import {refusedByYama} from '../sensors/yama.js';
import {Unreadable} from './unreadable.js';

export type Memory = {
  /** Exactly that many bytes, in a buffer that is the caller's. Throws `Unreadable`. */
  readonly read: (address: number, length: number) => Buffer;
  /** Fills the start of a buffer of the caller's with as many bytes as are readable in one go, and says how many. Throws `Unreadable` for none. */
  readonly readSome: (address: number, length: number, into: Buffer) => number;
  /** The pointer that lies there. Throws `Unreadable`. */
  readonly pointer: (address: number) => number;
  /** Reads made and bytes got so far: what looking costs. */
  readonly cost: {readonly reads: number; readonly bytes: number};
  /** From now on that many reads may be made, until it is called again; further ones throw `Unreadable`. */
  readonly allow: (reads: number) => void;
  readonly close: () => void;
};

/** Programs own the addresses below; 47 bits on x86-64, 48 on aarch64. Both are exact as numbers. */
const endOfAddresses = process.arch === 'arm64' ? 2 ** 48 : 2 ** 47;
/** Nothing is mapped below (vm.mmap_min_addr). */
const firstAddress = 4096;
/** No structure of an interpreter that is wanted here is larger; what claims to be is garbage. */
const longestRead = 1 << 20;

/** Enough to take hold of any master; a walk in circles ends with it. */
const allowedAtFirst = 200_000;

/** Whether a length can be one of a structure. */
export function isLength(length: number): boolean {
  return length > 0 && length <= longestRead;
}

/** Whether an address can be one of a program's. */
export function isAddress(address: number): boolean {
  return address >= firstAddress && address < endOfAddresses && Number.isInteger(address);
}

/** Whether a value can point to an object: those are aligned to eight bytes. */
export function isObjectAddress(address: number): boolean {
  return address % 8 === 0 && isAddress(address);
}

/** Sixty-four unsigned bits; exact for addresses, rounded beyond 2^53. */
export function u64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 4_294_967_296;
}

/** Sixty-four signed bits, rounded beyond 2^53. */
export function i64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readInt32LE(offset + 4) * 4_294_967_296;
}

/** How bytes of the process are got: as many as are readable at once, or an error of the system. */
export type ReadAt = (into: Buffer, length: number, address: number) => number;

/** Memory over any way to get its bytes. */
export function memoryOver(readAt: ReadAt, close: () => void = () => undefined): Memory {
  const cost = {reads: 0, bytes: 0};
  let allowed = allowedAtFirst;
  const word = Buffer.alloc(8);

  const readSome = (address: number, length: number, into: Buffer): number => {
    if (!isAddress(address)) throw new Unreadable('a pointer led outside the addresses of a program');
    if (!isLength(length) || length > into.length) {
      throw new Unreadable('a structure claimed an impossible size');
    }

    if (allowed <= 0) throw new Unreadable('it would take too many reads');
    allowed -= 1;
    cost.reads += 1;
    const outcome = readOnce(readAt, into, length, address);
    cost.bytes += outcome;
    return outcome;
  };

  const fill = (address: number, into: Buffer): Buffer => {
    if (readSome(address, into.length, into) === into.length) return into;
    throw new Unreadable('a structure reached beyond what is mapped');
  };

  return {
    read: (address, length) => {
      // Before anything is allocated: the length comes from the target.
      if (!isLength(length)) throw new Unreadable('a structure claimed an impossible size');
      return fill(address, Buffer.allocUnsafe(length));
    },
    readSome,
    pointer: (address) => u64(fill(address, word), 0),
    cost,
    allow: (reads) => {
      allowed = reads;
    },
    close,
  };
}

function readOnce(readAt: ReadAt, into: Buffer, length: number, address: number): number {
  let count: number;
  try {
    count = readAt(into, length, address);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // EIO and EFAULT: nothing is mapped there. ESRCH: the process is gone.
    if (code === 'EIO' || code === 'EFAULT') throw new Unreadable('a pointer led to memory that is not mapped');
    if (code === 'ESRCH') throw new Unreadable('the process is gone', true);
    throw error;
  }

  if (count === 0) throw new Unreadable('the process is gone', true);
  return count;
}

/** Opens the memory of a process for reading; the permission is checked here and not again. */
export function openMemory(pid: number, root = '/proc', owner?: Owner): Reading<Memory> {
  const opened = refusedByYama(pid, root, owner) ?? attempt(() => openReadOnly(`${root}/${pid}/mem`), owner);
  if (opened.kind !== 'ok') return opened;

  const fd = opened.value;
  return {
    kind: 'ok',
    value: memoryOver(
      (into, length, address) => fs.readSync(fd, into, 0, length, address),
      () => fs.closeSync(fd),
    ),
  };
}
