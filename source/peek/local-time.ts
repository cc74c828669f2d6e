/**
 * Moments that a program keeps as naive local times (`datetime.now()`), turned into wall clock.
 *
 * The zone is the program's own, as its `time` module has it: an application may have set another one than the
 * machine's.
 */
import type {Moment} from '../observation.js';
import {namedEntries} from './dicts.js';
import type {Heap} from './heap.js';
import {u64} from './memory.js';
import {readInt} from './values.js';
import {walk} from './unreadable.js';

/** Seconds to add to a local time for UTC, without and with summer time. Undefined when they cannot be read. */
function zoneOffsets(heap: Heap, timeModuleDict: number): readonly number[] | undefined {
  return walk(() => {
    const values = namedEntries(heap, timeModuleDict, ['timezone', 'altzone', 'daylight']);
    const [timezone, altzone, daylight] = ['timezone', 'altzone', 'daylight'].map((name) => {
      const value = values.get(name);
      return value === undefined ? undefined : readInt(heap, value);
    });
    if (timezone === undefined) return undefined;

    return daylight === 0 || altzone === undefined ? [timezone] : [...new Set([timezone, altzone])];
  });
}

/** The fields of a naive `datetime.datetime` as if they were UTC, milliseconds. Throws `Unreadable`. */
export function readLocalTime(heap: Heap, address: number): number | undefined {
  // Include/datetime.h: header, hash, a flag for the zone, then year in two bytes, month … second, microseconds in three.
  const start = heap.layout.object.size + 8;
  const bytes = heap.object(address, start + 11);
  if (heap.typeAt(u64(bytes, heap.layout.object.type)).name !== 'datetime.datetime') return undefined;

  const hasZone = bytes.readUInt8(start) !== 0;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = bytes.subarray(start + 3, start + 8);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
  if (hasZone || !isDate) return undefined;

  const microseconds = bytes.readUIntBE(start + 8, 3);
  return Date.UTC(bytes.readUInt16BE(start + 1), month - 1, day, hour, minute, second) + microseconds / 1000;
}

/** The clocks of two processes on one machine are the same; a moment may still look a little ahead. */
const aheadMs = 1000;
const offsetsAgeMs = 1000;
/** Summer time may begin or end meanwhile. */
const provenForMs = 6 * 3_600_000;

export type Zone = {
  /** The moment before `now` that a local time of the program's is; undefined when the zone cannot be read. */
  readonly momentOf: (localMs: number, now: Moment) => number | undefined;
};

/**
 * The zone of one program. With summer time two moments an hour apart may both lie in the past: then the offset goes
 * that a recent time proved, because the other lay in the future, and else the later moment, which is right for
 * whatever began within the hour.
 */
export function zoneOf(heap: Heap, timeModuleDict: number): Zone {
  let known: {readonly offsets: readonly number[]; readonly atMs: number} | undefined;
  let proven: {readonly offset: number; readonly atMs: number} | undefined;

  return {
    momentOf: (localMs, {wallMs, monotonicMs}) => {
      if (known === undefined || monotonicMs - known.atMs > offsetsAgeMs) {
        known = {offsets: zoneOffsets(heap, timeModuleDict) ?? [], atMs: monotonicMs};
      }

      const past = known.offsets.filter((offset) => localMs + offset * 1000 <= wallMs + aheadMs);
      const [only] = past;
      if (past.length === 1 && only !== undefined) proven = {offset: only, atMs: monotonicMs};

      const isProven = proven !== undefined && monotonicMs - proven.atMs < provenForMs && past.includes(proven.offset);
      const offset = isProven ? proven?.offset : past.toSorted((one, other) => other - one)[0];
      return offset === undefined ? undefined : Math.round(localMs + offset * 1000);
    },
  };
}
