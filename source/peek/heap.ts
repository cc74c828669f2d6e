/**
 * The objects of one process: its memory, how its Python lays them out, and the types seen so far.
 *
 * Types, attribute names and code objects live long, so they are remembered for a second. Their memory could be used
 * again for something else; that is why nothing is remembered for longer without being looked at again: for a type its
 * fields, for a table of shared keys its bytes.
 */
import type {Layout} from './layout.js';
import {i64, isLength, isObjectAddress, u64, type Memory} from './memory.js';
import {Unreadable} from './unreadable.js';

export type TypeObject = {
  readonly address: number;
  /** As `type.__name__` has it, for types of C code with their module. */
  readonly name: string;
  readonly flags: number;
  readonly basicSize: number;
  readonly dictOffset: number;
  /** For classes made by `class`: the table of keys its instances share, or 0. */
  readonly cachedKeys: number;
};

/** Bits of `tp_flags` (Include/object.h), the same in every version. */
export const typeFlag = {
  inlineValues: 1 << 2,
  managedDict: 1 << 4,
  int: 1 << 24,
  list: 1 << 25,
  tuple: 1 << 26,
  bytes: 1 << 27,
  str: 1 << 28,
  dict: 1 << 29,
} as const;

/** Py_TPFLAGS_HEAPTYPE */
const heapType = 1 << 9;

export type Heap = {
  readonly memory: Memory;
  readonly layout: Layout;
  /** What was remembered longer than a second ago is forgotten. Milliseconds of a clock that never goes back. */
  readonly turn: (nowMs: number) => void;
  /** Counts up whenever things are forgotten, for those who remember something themselves. */
  readonly epoch: () => number;
  /** The start of an object, up to `length` bytes and at least `least`. Throws `Unreadable`. */
  readonly object: (address: number, length: number, least?: number) => Buffer;
  /** The type that lies at an address. Throws `Unreadable`. */
  readonly typeAt: (address: number) => TypeObject;
  /** The type of the object that lies at an address. Throws `Unreadable`. */
  readonly typeOf: (object: number) => TypeObject;
  /** Attribute names by address, for `nameAt`. */
  readonly names: Map<number, string>;
  /** Where the instances of a class have a slot, by the class's address and the slot's name. */
  readonly slots: Map<string, number>;
  /** Keys of dicts that were seen, by the dict's address, with their names. */
  readonly keyNames: Map<number, {readonly keys: readonly number[]; readonly names: readonly (string | undefined)[]}>;
  /** Names of shared dict keys by address. */
  readonly sharedKeys: Map<number, SharedKeys>;
};

/** The names in a table of shared keys, with the bytes they were read from and the epoch in which they were. */
export type SharedKeys = {
  readonly bytes: Buffer;
  readonly names: ReadonlyMap<string, number>;
  readonly epoch: number;
};

const memoryOfMs = 1000;
/** What is remembered at most of one kind; a hostile target could make up any number. */
export const mostRemembered = 5000;

export function openHeap(memory: Memory, layout: Layout): Heap {
  const types = new Map<number, {readonly type: TypeObject; readonly nameAt: number; readonly epoch: number}>();
  const names = new Map<number, string>();
  const sharedKeys: Heap['sharedKeys'] = new Map();
  const slots: Heap['slots'] = new Map();
  const keyNames: Heap['keyNames'] = new Map();
  let epoch = 0;
  let sinceMs: number | undefined;

  const object = (address: number, length: number, least = length): Buffer => {
    if (!isObjectAddress(address)) throw new Unreadable('a pointer led to no object');
    if (!isLength(length)) throw new Unreadable('a structure claimed an impossible size');

    const bytes = Buffer.allocUnsafe(length);
    const count = memory.readSome(address, length, bytes);
    if (count < least) throw new Unreadable('a structure reached beyond what is mapped');
    return count === length ? bytes : bytes.subarray(0, count);
  };

  const typeAt = (address: number): TypeObject => {
    const known = types.get(address);
    if (known?.epoch === epoch) return known.type;

    const {type} = layout;
    const bytes = object(address, type.cachedKeys + 8, type.mro + 8);
    const flags = u64(bytes, type.flags);
    // A type of C code ends before that field and may lie anywhere.
    const hasKeys = (flags & heapType) !== 0 && bytes.length >= type.cachedKeys + 8;
    const nameAddress = u64(bytes, type.name);
    const found: TypeObject = {
      address,
      name: known?.nameAt === nameAddress ? known.type.name : typeName(memory, nameAddress),
      flags,
      basicSize: i64(bytes, type.basicSize),
      dictOffset: i64(bytes, type.dictOffset),
      cachedKeys: hasKeys ? u64(bytes, type.cachedKeys) : 0,
    };
    if (known || types.size < mostRemembered) types.set(address, {type: found, nameAt: nameAddress, epoch});
    return found;
  };

  return {
    memory,
    layout,
    turn: (nowMs) => {
      if (sinceMs !== undefined && nowMs - sinceMs < memoryOfMs) return;
      sinceMs = nowMs;
      epoch += 1;
      names.clear();
      slots.clear();
      if (types.size === mostRemembered) types.clear();
    },
    epoch: () => epoch,
    object,
    typeAt,
    typeOf: (address) => typeAt(u64(object(address, layout.object.type + 8), layout.object.type)),
    names,
    keyNames,
    sharedKeys,
    slots,
  };
}

const longestTypeName = 128;

/** A C string of printable characters; anything else was no type. */
function typeName(memory: Memory, address: number): string {
  const bytes = Buffer.allocUnsafe(longestTypeName);
  const count = memory.readSome(address, longestTypeName, bytes);
  const end = bytes.subarray(0, count).indexOf(0);
  const name = bytes.toString('utf8', 0, end);
  if (end < 1 || !/^[\p{L}\p{N}_.<>[\], -]+$/u.test(name)) throw new Unreadable('a pointer led to no type');
  return name;
}

/** Whether a type, or one it inherits from, has that flag. */
export function hasFlag(type: TypeObject, flag: number): boolean {
  // Flags reach beyond 32 bits; the ones that are asked for do not.
  return (type.flags & flag) !== 0;
}
