/** Walks dicts of every inner form: general and string-only tables, and tables of keys that instances share. */
import {hasFlag, mostRemembered, typeFlag, type Heap} from './heap.js';
import type {DictKeysLayout} from './layout.js';
import {i64, isObjectAddress, u64} from './memory.js';
import {Unreadable} from './unreadable.js';
import {nameAt} from './values.js';

/** Addresses of two objects. */
export type DictEntry = {readonly key: number; readonly value: number};

/** A dict with more is refused. */
const mostEntries = 40_000;

/** Where the entries of a table of keys lie, from its first bytes. */
export type KeyTable = {
  readonly count: number;
  readonly start: number;
  readonly entryBytes: number;
  readonly keyAt: number;
  readonly valueAt: number;
};

const general = {entryBytes: 24, keyAt: 8, valueAt: 16} as const;
const stringsOnly = {entryBytes: 16, keyAt: 0, valueAt: 8} as const;

function shape(head: Buffer, form: DictKeysLayout['form']): Omit<KeyTable, 'count'> {
  if (form.kind === 'size') {
    const size = i64(head, form.size);
    if (size < 0 || size > 1 << 24) throw new Unreadable('a dict has an impossible size');
    return {start: size * (size <= 0xff ? 1 : size <= 0xff_ff ? 2 : 4), ...general};
  }

  const log2 = head.readUInt8(form.indexBytes);
  const kind = head.readUInt8(form.entryKind);
  if (log2 > 26 || kind > 2) throw new Unreadable('a dict has an impossible size');
  return {start: 2 ** log2, ...(kind === 0 ? general : stringsOnly)};
}

/** The form of the table of keys at an address. Throws `Unreadable`. */
export function keyTable(heap: Heap, address: number): KeyTable {
  const {entryCount, indices, form} = heap.layout.keys;
  const head = heap.object(address, indices);
  const count = i64(head, entryCount);
  if (count < 0 || count > mostEntries) throw new Unreadable('a dict has an impossible size');

  const {start, ...rest} = shape(head, form);
  return {...rest, count, start: indices + start};
}

/** The items of a dict that is in use, in the order they were put in. Throws `Unreadable`. */
export function dictEntries(heap: Heap, address: number): readonly DictEntry[] {
  const {dict, object} = heap.layout;
  const head = heap.object(address, dict.values + 8);
  const type = heap.typeAt(u64(head, object.type));
  if (!hasFlag(type, typeFlag.dict)) throw new Unreadable(`a dict was expected, there is ${type.name}`);

  const keys = u64(head, dict.keys);
  const values = u64(head, dict.values);
  const table = keyTable(heap, keys);
  if (table.count === 0) return [];

  const entries = heap.memory.read(keys + table.start, table.count * table.entryBytes);
  const apart = values === 0 ? undefined : heap.memory.read(values + dict.valuesStart, table.count * 8);
  const found: DictEntry[] = [];
  for (let index = 0; index < table.count; index++) {
    const key = u64(entries, index * table.entryBytes + table.keyAt);
    const value = apart ? u64(apart, index * 8) : u64(entries, index * table.entryBytes + table.valueAt);
    // A removed item leaves a gap.
    if (isObjectAddress(key) && isObjectAddress(value)) found.push({key, value});
  }

  return found;
}

/** The values of a dict by name, for keys that are strings; all of them or those wanted. Throws `Unreadable`. */
export function namedEntries(heap: Heap, address: number, wanted?: readonly string[]): ReadonlyMap<string, number> {
  const entries = dictEntries(heap, address);
  const names = namesOf(heap, address, entries);
  const found = new Map<string, number>();
  for (const [index, {value}] of entries.entries()) {
    const name = names[index];
    if (name !== undefined && (wanted === undefined || wanted.includes(name))) found.set(name, value);
  }

  return found;
}

/** A dict with more names is read anew each time. */
const mostNames = 200;

/**
 * The names of the entries; undefined for a key that is no string. A dict keeps its keys alive, so that as long as the
 * same keys stand in the same places they are the same names.
 */
function namesOf(heap: Heap, address: number, entries: readonly DictEntry[]): readonly (string | undefined)[] {
  const known = heap.keyNames.get(address);
  if (known?.keys.length === entries.length && known.keys.every((key, index) => key === entries[index]?.key)) {
    return known.names;
  }

  const keys = entries.map(({key}) => key);
  const names = keys.map((key) => (isStr(heap, key) ? nameAt(heap, key) : undefined));
  if (keys.length <= mostNames && (known || heap.keyNames.size < mostRemembered)) {
    heap.keyNames.set(address, {keys, names});
  }
  return names;
}

/** A key whose name is known was seen to be one. */
function isStr(heap: Heap, key: number): boolean {
  return heap.names.has(key) || hasFlag(heap.typeOf(key), typeFlag.str);
}
