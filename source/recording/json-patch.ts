/**
 * The difference between two JSON values that are much alike, as JSON: short, and exact to the last digit.
 *
 * It is made for a list of rows of which each changes a little, so rows of one shape become columns: what two samples
 * of eight workers differ in is then a handful of short lists. Applied to the first value, a patch gives the second
 * one again with its keys in the same order, so that even its text is the same. It knows nothing of what the values
 * mean, and a value may have any shape: what has no short patch is replaced as a whole.
 */
import {numberStep} from './number-step.js';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = {readonly [key: string]: Json};

/**
 * What becomes of a value. A number is added to it, and 0 says that it stays; a text or a boolean takes its place, and
 * so does the value in `{"=": …}`; null takes the key away. A list holds one patch an element. An object holds one patch
 * a key: of the object itself, or of a list of objects, and then for all rows of that list at once.
 */
export type Patch = Json;

/** The key of a value that replaces the whole one; an object that has it is itself replaced as a whole. */
export const whole = '=';

export const unchanged = 0;

/** What turns `before` into `after`. Both hold what JSON can hold; a key whose value is undefined counts as absent. */
export function diff(before: Json | undefined, after: Json): Patch {
  if (before === after) {
    return unchanged;
  }
  if (typeof after === 'string' || typeof after === 'boolean') {
    return after;
  }
  if (typeof before === 'number' && typeof after === 'number') {
    return numberStep(before, after) ?? {[whole]: after};
  }
  if (isList(before) && isList(after)) {
    return diffOfLists(before, after) ?? {[whole]: after};
  }
  if (isObject(before) && isObject(after)) {
    return diffOfObjects(before, after) ?? {[whole]: after};
  }
  return {[whole]: after};
}

function diffOfLists(before: readonly Json[], after: readonly Json[]): Patch | undefined {
  if (before.length !== after.length) {
    return undefined;
  }
  return diffOfRows(before, after) ?? diffOfCells(before, after);
}

function diffOfCells(before: ReadonlyArray<Json | undefined>, after: ReadonlyArray<Json | undefined>): Patch {
  const cells = after.map((value, index) => diffOfCell(before[index], value));
  return cells.every((cell) => cell === unchanged) ? unchanged : cells;
}

function diffOfCell(before: Json | undefined, after: Json | undefined): Patch {
  if (after === undefined) {
    return before === undefined ? unchanged : null;
  }
  return diff(before, after);
}

/** Rows as columns; undefined when they are not all objects, or when the order of a row's keys would not come back. */
function diffOfRows(
  before: ReadonlyArray<Json | undefined>,
  after: ReadonlyArray<Json | undefined>,
): Patch | undefined {
  const pairs = after.map((row, index) => [before[index], row] as const);
  const rows: Array<readonly [JsonObject, JsonObject]> = [];
  for (const [from, to] of pairs) {
    if (isObject(from) && isObject(to) && keepsOrder(from, to)) {
      rows.push([from, to]);
    } else if (from !== undefined || to !== undefined) {
      return undefined;
    }
  }
  if (rows.length === 0) {
    return undefined;
  }
  const keys = [...keysOf(rows)];
  if (!rows.every(([from, to]) => addsInOrder(from, to, keys))) {
    return undefined;
  }
  const columns = keys.flatMap((key): ReadonlyArray<readonly [string, Patch]> => {
    const from = pairs.map(([row]) => valueAt(row, key));
    const to = pairs.map(([, row]) => valueAt(row, key));
    const column = diffOfRows(from, to) ?? diffOfCells(from, to);
    return column === unchanged ? [] : [[key, column]];
  });
  return columns.length === 0 ? unchanged : Object.fromEntries(columns);
}

function keysOf(rows: ReadonlyArray<readonly [JsonObject, JsonObject]>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const row of rows.flat()) {
    for (const key of Object.keys(row)) {
      keys.add(key);
    }
  }
  return keys;
}

function diffOfObjects(before: JsonObject, after: JsonObject): Patch | undefined {
  if (!keepsOrder(before, after)) {
    return undefined;
  }
  const entries = Object.keys({...before, ...after}).flatMap((key): ReadonlyArray<readonly [string, Patch]> => {
    const cell = diffOfCell(valueAt(before, key), valueAt(after, key));
    return cell === unchanged ? [] : [[key, cell]];
  });
  return entries.length === 0 ? unchanged : Object.fromEntries(entries);
}

/** Whether keys taken away and keys added at the end lead from one to the other, with none that means something else in a patch. */
function keepsOrder(before: JsonObject, after: JsonObject): boolean {
  const kept = Object.keys(before).filter((key) => Object.hasOwn(after, key));
  const wanted = Object.keys(after);
  return (
    !Object.hasOwn(after, whole) && !Object.hasOwn(before, whole) && kept.every((key, index) => key === wanted[index])
  );
}

/** Whether the columns add a row's new keys in the row's own order: another row may have brought them in another one. */
function addsInOrder(before: JsonObject, after: JsonObject, keys: readonly string[]): boolean {
  const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
  return added.length < 2 || keys.filter((key) => added.includes(key)).every((key, index) => key === added[index]);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key's own value: `__proto__` is a key like any other. */
export function valueAt(row: Json | undefined, key: string): Json | undefined {
  return isObject(row) && Object.hasOwn(row, key) ? row[key] : undefined;
}
