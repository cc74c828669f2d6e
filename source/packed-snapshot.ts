/**
 * A snapshot that is kept for later in a tenth of its size. Restarts are packed one by one and once each: every snapshot
 * after a death has it again.
 */
import {deflateRawSync, inflateRawSync} from 'node:zlib';
import type {Restart, Snapshot} from './snapshot.js';

export type PackedSnapshot = {
  readonly restartIds: readonly string[];
  readonly restarts: readonly Uint8Array[];
  readonly rest: Uint8Array;
};

type PackedRestarts = Pick<PackedSnapshot, 'restartIds' | 'restarts'>;

const packedRestarts = new WeakMap<readonly Restart[], PackedRestarts>();
const packedOnes = new WeakMap<Restart, Uint8Array>();

/** Little memory for the packing itself: it is done once a second. */
const cheap = {level: 1, memLevel: 6, windowBits: 13} as const;

function pack(value: unknown): Uint8Array {
  // A copy: what zlib gives is the beginning of a buffer of 16 KB.
  return new Uint8Array(deflateRawSync(JSON.stringify(value), cheap));
}

function unpack(bytes: Uint8Array): unknown {
  return JSON.parse(inflateRawSync(bytes).toString());
}

function keptOf<Key extends object, Value>(kept: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const before = kept.get(key);
  if (before !== undefined) return before;
  const value = make();
  kept.set(key, value);
  return value;
}

export function packSnapshot({restarts, ...rest}: Snapshot): PackedSnapshot {
  const of = keptOf(packedRestarts, restarts, () => ({
    restartIds: restarts.map(({id}) => id),
    restarts: restarts.map((restart) => keptOf(packedOnes, restart, () => pack(restart))),
  }));
  return {...of, rest: pack(rest)};
}

export function unpackSnapshot({restarts, rest}: PackedSnapshot): Snapshot {
  return {
    ...(unpack(rest) as Omit<Snapshot, 'restarts'>),
    restarts: restarts.map((bytes) => unpack(bytes) as Restart),
  };
}
