/**
 * Turns observations into the lines of a recording.
 *
 * A line is an observation as it stands. Most are samples that differ little from the one before, so of these only the
 * difference is written, and now and then one in full. Nothing is left out or rounded: what comes back is the same
 * value, down to the order of its keys.
 */
import type {Observation, Sample} from '../observation.js';
import {diff} from './json-patch.js';
import type {RecordingHeader} from './header.js';
import {observation as observationShape} from './observation-shape.js';

/** A sample in full this often, monotonic milliseconds: what a person sees who looks into the file, 0.2 % of a day's lines. */
const fullEveryMs = 60_000;

/** The lines of one segment. State goes from call to call: every line must be kept, in order. */
export type RecordingLines = {
  /** The lines that open a segment: its header, and what was known before it. */
  readonly opening: (header: RecordingHeader, carried: readonly Observation[]) => string;
  /** The line of an observation, with its end. Throws a `Misshapen` for one that could not be read back. */
  readonly line: (observation: Observation) => string;
  /** To be called when lines were left out: the next sample then stands in full. */
  readonly forgetSample: () => void;
};

export function createRecordingLines(): RecordingLines {
  let before: Sample | undefined;
  let full = {atMs: 0, length: 0};

  const sampleLine = (sample: Sample): string => {
    const {monotonicMs} = sample.at;
    const patch = before && JSON.stringify(diff(before, sample));
    before = sample;
    if (patch !== undefined && patch.length < full.length && monotonicMs - full.atMs < fullEveryMs) {
      return `{"kind":"delta","sample":${patch}}`;
    }
    const text = JSON.stringify(sample);
    full = {atMs: monotonicMs, length: text.length};
    return text;
  };

  return {
    opening: (header, carried) =>
      [header, ...carried.map((observation) => ({kind: 'carried', observation}))]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    forgetSample: () => {
      before = undefined;
    },
    line: (observation) => {
      // In the shape that the reader will know it by: a patch must fit what it finds there.
      const readable = observationShape(observation);
      return `${readable.kind === 'sample' ? sampleLine(readable) : JSON.stringify(readable)}\n`;
    },
  };
}
