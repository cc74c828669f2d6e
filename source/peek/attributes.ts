/**
 * Attributes of instances, classes and modules, wherever a version of Python keeps them.
 *
 * The place is worked out anew at each read, for a program may turn an object's values into a dict at any moment.
 */
import {dictEntries, keyTable, namedEntries} from './dicts.js';
import {hasFlag, mostRemembered, typeFlag, type Heap, type TypeObject} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import {nameAt, tupleItems} from './values.js';
import {Unreadable, walk} from './unreadable.js';

/** Addresses of values by name. */
export type Attributes = ReadonlyMap<string, number>;

const none: Attributes = new Map();

/** A table of shared keys has 30 at most from 3.11 on and few more before. */
const mostShared = 200;

/**
 * Where instances of a type keep their values in common order: names to positions. The table of the type itself lives
 * as long as the type and only ever grows, so that what was read of it within the last second holds; any other is
 * compared first.
 */
function sharedNames(
  heap: Heap,
  keys: number,
  type: TypeObject,
  wanted: readonly string[],
): ReadonlyMap<string, number> {
  const known = heap.sharedKeys.get(keys);
  const isFresh = known?.epoch === heap.epoch() && keys === type.cachedKeys;
  if (known !== undefined && isFresh && wanted.every((name) => known.names.has(name))) return known.names;
  // The first word counts references; what follows changes only together with the names, which it keeps alive.
  if (known !== undefined && heap.object(keys, known.bytes.length).compare(known.bytes, 8, undefined, 8) === 0) {
    heap.sharedKeys.set(keys, {...known, epoch: heap.epoch()});
    return known.names;
  }

  const table = keyTable(heap, keys);
  if (table.count > mostShared) throw new Unreadable('instances share an impossible number of keys');
  const bytes = heap.object(keys, table.start + table.count * table.entryBytes);
  const names = new Map<string, number>();
  for (let index = 0; index < table.count; index++) {
    const key = u64(bytes, table.start + index * table.entryBytes + table.keyAt);
    if (isObjectAddress(key)) names.set(nameAt(heap, key), index);
  }

  if (known || heap.sharedKeys.size < mostRemembered) heap.sharedKeys.set(keys, {bytes, names, epoch: heap.epoch()});
  return names;
}

function sharedValues(
  heap: Heap,
  type: TypeObject,
  keys: number,
  bytes: Buffer,
  wanted: readonly string[],
): Attributes {
  const names = sharedNames(heap, keys, type, wanted);
  const found = new Map<string, number>();
  for (const name of wanted) {
    const index = names.get(name);
    const value = index === undefined || index * 8 + 8 > bytes.length ? 0 : u64(bytes, index * 8);
    if (isObjectAddress(value)) found.set(name, value);
  }

  return found;
}

/** As many values as a table of shared keys can have (SHARED_KEYS_MAX_SIZE is 30). */
const valuesBytes = 30 * 8;
/** What stands before an object that is of interest here, in any version. */
const before = 32;
/** The usual instance with its values comes in one read. */
const usualBytes = before + 32 + valuesBytes;

/** An object with what stands before it; `start` is where the object itself begins in the bytes. */
type Surroundings = {readonly bytes: Buffer; readonly start: number};

function surroundings(heap: Heap, object: number): Surroundings {
  const least = heap.layout.object.size;
  // What lies before an object without attributes may not be mapped.
  const bytes = walk(() => heap.object(object - before, usualBytes, before + least));
  return bytes === undefined ? {bytes: heap.object(object, usualBytes, least), start: 0} : {bytes, start: before};
}

function fromDict(heap: Heap, type: TypeObject, dict: number, wanted: readonly string[]): Attributes {
  if (dict === 0) return none;

  const {dict: at} = heap.layout;
  const head = heap.object(dict, at.values + 8);
  const values = u64(head, at.values);
  if (values === 0 || !hasFlag(heap.typeAt(u64(head, heap.layout.object.type)), typeFlag.dict)) {
    return namedEntries(heap, dict, wanted);
  }

  return sharedValues(heap, type, u64(head, at.keys), heap.object(values + at.valuesStart, valuesBytes, 8), wanted);
}

function fromValues(heap: Heap, type: TypeObject, values: number, wanted: readonly string[]): Attributes {
  const bytes = heap.object(values + heap.layout.dict.valuesStart, valuesBytes, 8);
  return sharedValues(heap, type, type.cachedKeys, bytes, wanted);
}

/** A word near an object, from what was read already where it reaches that far. */
function wordNear(heap: Heap, object: number, {bytes, start}: Surroundings, at: number): number {
  const place = start + at;
  return place >= 0 && place + 8 <= bytes.length ? u64(bytes, place) : heap.memory.pointer(object + at);
}

/** The wanted attributes of an instance, without those of its class. Throws `Unreadable`. */
export function attributes(heap: Heap, object: number, wanted: readonly string[]): Attributes {
  const {instance} = heap.layout;
  const around = surroundings(heap, object);
  const type = heap.typeAt(u64(around.bytes, around.start + heap.layout.object.type));
  const word = (at: number): number => wordNear(heap, object, around, at);
  if (instance.kind === 'dict' || !hasFlag(type, typeFlag.managedDict)) {
    return type.dictOffset > 0 ? fromDict(heap, type, word(type.dictOffset), wanted) : none;
  }

  switch (instance.kind) {
    case 'two-pointers': {
      const values = word(instance.values);
      return values === 0
        ? fromDict(heap, type, word(instance.values + 8), wanted)
        : fromValues(heap, type, values, wanted);
    }
    case 'tagged-pointer': {
      const pointer = word(instance.at);
      return pointer % 2 === 1 ? fromValues(heap, type, pointer + 1, wanted) : fromDict(heap, type, pointer, wanted);
    }
    case 'inline': {
      const values = hasFlag(type, typeFlag.inlineValues) ? inlineValues(heap, object, type, around) : undefined;
      return values?.readUInt8(instance.valid) === 1
        ? sharedValues(heap, type, type.cachedKeys, values.subarray(heap.layout.dict.valuesStart), wanted)
        : fromDict(heap, type, word(instance.dict), wanted);
    }
  }
}

/** The values behind an object with their header, where one read has both. */
function inlineValues(heap: Heap, object: number, type: TypeObject, {bytes, start}: Surroundings): Buffer {
  const {valuesStart} = heap.layout.dict;
  const from = start + type.basicSize;
  return type.basicSize > 0 && from + valuesStart + valuesBytes <= bytes.length
    ? bytes.subarray(from)
    : heap.object(object + type.basicSize, valuesStart + valuesBytes, valuesStart);
}

/** The types an object's class inherits from, itself first. Throws `Unreadable`. */
export function ancestry(heap: Heap, type: TypeObject): readonly TypeObject[] {
  const mro = heap.memory.pointer(type.address + heap.layout.type.mro);
  return tupleItems(heap, mro).map((address) => heap.typeAt(address));
}

/** The attribute of a class, its ancestors' included; undefined when there is none. Throws `Unreadable`. */
export function classAttribute(heap: Heap, type: TypeObject, name: string): number | undefined {
  for (const {address} of ancestry(heap, type)) {
    const dict = heap.memory.pointer(address + heap.layout.type.dict);
    // Types of C code may keep their dict elsewhere; they define nothing that is asked for.
    const value = dict === 0 ? undefined : walk(() => namedEntries(heap, dict, [name]).get(name));
    if (value !== undefined) return value;
  }

  return undefined;
}

/** What lies in a slot (`__slots__`) of that name; undefined when the class has none or it is empty. Throws `Unreadable`. */
export function slotValue(heap: Heap, object: number, name: string): number | undefined {
  const at = slotOf(heap, heap.typeOf(object), name);
  const value = at === undefined ? 0 : heap.memory.pointer(object + at);
  return isObjectAddress(value) ? value : undefined;
}

function slotOf(heap: Heap, type: TypeObject, name: string): number | undefined {
  const key = `${type.address} ${name}`;
  const known = heap.slots.get(key);
  if (known !== undefined) return known;

  const descriptor = classAttribute(heap, type, name);
  if (descriptor === undefined || heap.typeOf(descriptor).name !== 'member_descriptor') return undefined;

  // PyMemberDescrObject: type, name and qualified name come before the PyMemberDef, whose third word is the offset.
  const definition = heap.memory.pointer(descriptor + heap.layout.object.size + 24);
  const at = heap.memory.pointer(definition + 16);
  if (heap.slots.size < mostRemembered) heap.slots.set(key, at);
  return at;
}

/** One attribute of an instance: its own, else its slot. Undefined when it has none. Throws `Unreadable`. */
export function attribute(heap: Heap, object: number, name: string): number | undefined {
  return attributes(heap, object, [name]).get(name) ?? slotValue(heap, object, name);
}

/** The dict of an imported module; undefined when it is not imported. Throws `Unreadable`. */
export function moduleDict(heap: Heap, interpreter: number, name: string): number | undefined {
  const modules = heap.memory.pointer(interpreter + heap.layout.interpreter.modules);
  for (const {key, value} of dictEntries(heap, modules)) {
    if (walk(() => nameAt(heap, key)) === name) return heap.memory.pointer(value + heap.layout.object.size);
  }

  return undefined;
}
