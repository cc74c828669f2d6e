/**
 * The way back of a patch. It trusts nothing: a patch that does not fit what it is applied to is refused, and no list
 * grows by one unless the patch holds the whole of it.
 */
import {isList, isObject, unchanged, valueAt, whole, type Json, type JsonObject, type Patch} from './json-patch.js';
import {stepped} from './number-step.js';

/** A patch that was not made for the value it is applied to. */
export class PatchMisfit extends Error {
  override readonly name = 'PatchMisfit';
}

type Rows = ReadonlyArray<Json | undefined>;

/** `before` with the patch applied; undefined when the patch takes it away. Throws a `PatchMisfit`. */
export function applyPatch(before: Json | undefined, patch: Patch): Json | undefined {
  if (patch === unchanged) {
    return before;
  }
  if (patch === null) {
    return undefined;
  }
  if (typeof patch === 'number') {
    if (typeof before !== 'number') {
      throw new PatchMisfit('a number is added to what is none');
    }
    return stepped(before, patch);
  }
  if (typeof patch === 'string' || typeof patch === 'boolean') {
    return patch;
  }
  if (isList(patch)) {
    return allPresent(applyCells(isList(before) ? before : [], patch));
  }
  if (isObject(patch) && Object.hasOwn(patch, whole)) {
    return patch[whole];
  }
  return applyKeys(before, patch);
}

function applyKeys(before: Json | undefined, patch: JsonObject): Json {
  if (isList(before)) {
    return allPresent(applyColumns(before, patch));
  }
  if (!isObject(before)) {
    throw new PatchMisfit('keys are changed of what has none');
  }
  return Object.entries(patch).reduce<JsonObject>(
    (row, [key, cell]) => withKey(row, key, applyPatch(valueAt(row, key), cell)),
    before,
  );
}

function applyCells(values: Rows, cells: readonly Patch[]): Rows {
  if (values.length !== cells.length) {
    throw new PatchMisfit(`${cells.length} changes are made to a list of ${values.length}`);
  }
  return cells.map((cell, index) => applyPatch(values[index], cell));
}

function applyColumns(rows: Rows, columns: JsonObject): Rows {
  return Object.entries(columns).reduce<Rows>((current, [key, column]) => {
    const values = current.map((row) => valueAt(row, key));
    const next = isObject(column) ? applyColumns(values, column) : applyCells(values, isList(column) ? column : []);
    return current.map((row, index) => rowWith(row, key, next[index]));
  }, rows);
}

function rowWith(row: Json | undefined, key: string, value: Json | undefined): Json | undefined {
  if (isObject(row)) {
    return withKey(row, key, value);
  }
  if (value !== undefined) {
    throw new PatchMisfit('keys are changed of what has none');
  }
  return row;
}

/** A key that is there keeps its place, a new one comes last. */
function withKey(row: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value === undefined) {
    const {[key]: _removed, ...rest} = row;
    return rest;
  }
  return {...row, [key]: value};
}

function allPresent(values: Rows): readonly Json[] {
  if (values.includes(undefined)) {
    throw new PatchMisfit('an element of a list is taken away');
  }
  return values.filter((value) => value !== undefined);
}
