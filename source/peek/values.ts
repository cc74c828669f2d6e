/** Values of Python's built-in types out of memory. Each reader checks the type first and throws `Unreadable` for another. */
import {hasFlag, typeFlag, type Heap, type TypeObject} from './heap.js';
import {i64, isObjectAddress, u64} from './memory.js';
import {Unreadable} from './unreadable.js';

/** Where a longer text is cut, in characters. */
const longestText = 4096;
/** A list or tuple with more is cut there. */
const mostItems = 10_000;
/** With it the header of most strings and their text come in one read. */
const usualStringBytes = 160;

function expectType(heap: Heap, bytes: Buffer, fits: (type: TypeObject) => boolean, what: string): TypeObject {
  const type = heap.typeAt(u64(bytes, heap.layout.object.type));
  if (!fits(type)) throw new Unreadable(`${what} was expected, there is ${type.name}`);
  return type;
}

const withFlag =
  (flag: number) =>
  (type: TypeObject): boolean =>
    hasFlag(type, flag);

/** Whether an object is None. */
export function isNone(heap: Heap, address: number): boolean {
  return heap.typeOf(address).name === 'NoneType';
}

/** A `str` of any inner form, cut at `longest` characters. */
export function readStr(heap: Heap, address: number, longest = longestText): string {
  const {str} = heap.layout;
  const head = heap.object(address, Math.max(usualStringBytes, str.compactSize), str.asciiSize);
  expectType(heap, head, withFlag(typeFlag.str), 'a str');

  const state = head.readUInt32LE(str.state) >>> str.stateShift;
  const unitBytes = state & 7;
  const isCompact = (state & 8) !== 0;
  const isAscii = (state & 16) !== 0;
  const length = i64(head, str.length);
  if (length < 0 || ![1, 2, 4].includes(unitBytes)) throw new Unreadable('a str was expected, there is garbage');
  if (length === 0) return '';

  const bytes = Math.min(length, longest) * unitBytes;
  const start = isAscii ? str.asciiSize : str.compactSize;
  if (isCompact && start + bytes <= head.length) return decode(head.subarray(start, start + bytes), unitBytes);

  const data = isCompact ? address + start : heap.memory.pointer(address + str.compactSize);
  return decode(heap.memory.read(data, bytes), unitBytes);
}

function decode(bytes: Buffer, unitBytes: number): string {
  if (unitBytes === 1) return bytes.toString('latin1');
  if (unitBytes === 2) return bytes.toString('utf16le');

  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4)
    text += String.fromCodePoint(Math.min(bytes.readUInt32LE(at), 0x10_ff_ff));
  return text;
}

/** The name of an attribute, a key or a variable: short, interned and long-lived, so remembered. */
export function nameAt(heap: Heap, address: number): string {
  const known = heap.names.get(address);
  if (known !== undefined) return known;

  const name = readStr(heap, address, 256);
  if (heap.names.size < 20_000) heap.names.set(address, name);
  return name;
}

/** The digits of an int are 30 bits each; three of them hold every count and `sys.maxsize`. */
const mostDigits = 3;

/** An `int` or `bool` as a number, rounded beyond 2^53. */
export function readInt(heap: Heap, address: number): number {
  const {int, varSize, object} = heap.layout;
  const bytes = heap.object(address, int.digits + 4 * mostDigits, int.digits + 4);
  const type = heap.typeAt(u64(bytes, object.type));
  if (!hasFlag(type, typeFlag.int)) throw new Unreadable(`an int was expected, there is ${type.name}`);

  const tag = int.tag === undefined ? undefined : u64(bytes, int.tag);
  const size = tag === undefined ? i64(bytes, varSize) : Math.floor(tag / 8);
  const isNegative = tag === undefined ? size < 0 : (tag & 3) === 2;
  const digits = Math.abs(size);
  if (digits > mostDigits || int.digits + 4 * digits > bytes.length)
    throw new Unreadable('an int is larger than any count');

  let value = 0;
  for (let digit = digits - 1; digit >= 0; digit--)
    value = value * 2 ** 30 + bytes.readUInt32LE(int.digits + 4 * digit);
  return isNegative ? -value : value;
}

/** Whether an object is `True`; any other int is refused. */
export function readBool(heap: Heap, address: number): boolean {
  if (heap.typeOf(address).name !== 'bool') throw new Unreadable('a bool was expected');
  return readInt(heap, address) === 1;
}

export function readFloat(heap: Heap, address: number): number {
  const {size} = heap.layout.object;
  const bytes = heap.object(address, size + 8);
  expectType(heap, bytes, ({name}) => name === 'float', 'a float');
  return bytes.readDoubleLE(size);
}

/** A `bytes`, refused when it is longer than `longest`. */
export function readBytes(heap: Heap, address: number, longest = 1 << 19): Buffer {
  const {bytesData, varSize} = heap.layout;
  const head = heap.object(address, bytesData, bytesData);
  expectType(heap, head, withFlag(typeFlag.bytes), 'bytes');

  const length = i64(head, varSize);
  if (length < 0 || length > longest) throw new Unreadable('bytes have an impossible length');
  return length === 0 ? Buffer.alloc(0) : heap.memory.read(address + bytesData, length);
}

function pointers(heap: Heap, address: number, count: number): readonly number[] {
  if (count < 0) throw new Unreadable('a list has an impossible length');
  if (count === 0) return [];

  const wanted = Math.min(count, mostItems);
  const bytes = heap.memory.read(address, wanted * 8);
  return Array.from({length: wanted}, (_, index) => u64(bytes, index * 8));
}

/** The items of a `tuple` as addresses of objects. */
export function tupleItems(heap: Heap, address: number): readonly number[] {
  const {tupleItems: items, varSize} = heap.layout;
  const head = heap.object(address, items, items);
  expectType(heap, head, withFlag(typeFlag.tuple), 'a tuple');
  return pointers(heap, address + items, i64(head, varSize));
}

/** The items of a `list` as addresses of objects. */
export function listItems(heap: Heap, address: number): readonly number[] {
  const {listItems: items, varSize} = heap.layout;
  const head = heap.object(address, items + 8);
  expectType(heap, head, withFlag(typeFlag.list), 'a list');
  return pointers(heap, u64(head, items), i64(head, varSize));
}

const setTries = 4;

/** The members of a `set` or `frozenset` as addresses of objects, in no order, while its size and place held still. */
export function setItems(heap: Heap, address: number): readonly number[] {
  const {set, object} = heap.layout;
  for (let attempt = 0; attempt < setTries; attempt++) {
    const head = heap.object(address, set.table + 8);
    expectType(heap, head, ({name}) => name === 'set' || name === 'frozenset', 'a set');

    const slots = u64(head, set.mask) + 1;
    if (slots > 1 << 16) throw new Unreadable('a set is too large to be walked');

    const entryBytes = 16;
    const table = heap.memory.read(u64(head, set.table), slots * entryBytes);
    // The first word counts references.
    if (heap.object(address, head.length).compare(head, object.type, undefined, object.type) !== 0) continue;

    // A slot that was emptied points to a dummy, which has the hash -1 (Objects/setobject.c).
    return Array.from({length: slots}, (_, slot) => slot * entryBytes)
      .filter((at) => isObjectAddress(u64(table, at)) && i64(table, at + 8) !== -1)
      .map((at) => u64(table, at));
  }

  throw new Unreadable('a set did not stand still');
}
