/**
 * Turns observations into the lines of a recording.
 *
 * A line is an observation as it stands. Most are samples, and readings of memory, that differ little from the one
 * before, so of these only the difference is written, and now and then one in full. Nothing is left out or rounded: what comes back is the same
 * value, down to the order of its keys.
 */
import type {Observation} from '../observation.js';
import {diff} from './json-patch.js';
import type {RecordingHeader} from './header.js';
import {observation as observationShape} from './observation-shape.js';

/** What comes often and changes little. */
type Repeated = Extract<Observation, {readonly kind: keyof typeof deltaKeys}>;

/** Under which key the difference of an observation stands. */
export const deltaKeys = {sample: 'sample', peek: 'peek'} as const;

/** One in full this often, monotonic milliseconds: what a person sees who looks into the file, 0.2 % of a day's lines. */
const fullEveryMs = 60_000;

/** The lines of one segment. State goes from call to call: every line must be kept, in order. */
export type RecordingLines = {
  /** The lines that open a segment: its header, and what was known before it. */
  readonly opening: (header: RecordingHeader, carried: readonly Observation[]) => string;
  /** The line of an observation, with its end. Throws a `Misshapen` for one that could not be read back. */
  readonly line: (observation: Observation) => string;
  /** To be called when lines were left out: what comes next then stands in full. */
  readonly forget: () => void;
};

export function createRecordingLines(): RecordingLines {
  const last = new Map<
    Repeated['kind'],
    {readonly value: Repeated; readonly fullAtMs: number; readonly length: number}
  >();

  const repeatedLine = (value: Repeated): string => {
    const {monotonicMs} = value.at;
    const before = last.get(value.kind);
    const patch = before && JSON.stringify(diff(before.value, value));
    if (before && patch !== undefined && patch.length < before.length && monotonicMs - before.fullAtMs < fullEveryMs) {
      last.set(value.kind, {...before, value});
      return `{"kind":"delta","${deltaKeys[value.kind]}":${patch}}`;
    }
    const text = JSON.stringify(value);
    last.set(value.kind, {value, fullAtMs: monotonicMs, length: text.length});
    return text;
  };

  return {
    opening: (header, carried) =>
      [header, ...carried.map((observation) => ({kind: 'carried', observation}))]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    forget: () => last.clear(),
    line: (observation) => {
      // In the shape that the reader will know it by: a patch must fit what it finds there.
      const readable = observationShape(observation);
      return `${isRepeated(readable) ? repeatedLine(readable) : JSON.stringify(readable)}\n`;
    },
  };
}

function isRepeated(observation: Observation): observation is Repeated {
  return observation.kind in deltaKeys;
}
