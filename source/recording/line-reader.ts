/**
 * Reads the lines of a recording back into observations: one line in, what it says out.
 *
 * A recording may come from anywhere, so each line must be of a known shape, and text is stripped of control characters
 * once more. It reads one line at a time and keeps no more of the past than the last one of each kind that differences are told of.
 */
import type {Observation, Peeked, Sample} from '../observation.js';
import {applyPatch, PatchMisfit} from './apply-json-patch.js';
import {formatKey, isContinuation, recordingFormat, recordingHeader, type RecordingHeader} from './header.js';
import type {Json} from './json-patch.js';
import {observation as observationShape, sample as sampleShape} from './observation-shape.js';
import {peeked as peekedShape} from './peeked-shape.js';
import {deltaKeys} from './recording-lines.js';
import {Misshapen} from './shape.js';

/** What one line says. */
export type RecordedItem =
  /** `goesOn` when it is the next segment of the recording that was read before it. */
  | {readonly kind: 'header'; readonly header: RecordingHeader; readonly goesOn: boolean}
  | {readonly kind: 'observation'; readonly observation: Observation}
  /** Nothing that was not said before: what a segment carries over from the one that was just read. */
  | {readonly kind: 'known'};

/** Why a line could not be read, as the end of a sentence about it. */
export class UnreadableLine extends Error {
  override readonly name = 'UnreadableLine';
}

export type LineReader = (line: string) => RecordedItem;

export function createLineReader(): LineReader {
  let header: RecordingHeader | undefined;
  let goesOn = false;
  let sample: Sample | undefined;
  let peeked: Peeked | undefined;

  const readHeader = (value: object): RecordedItem => {
    const next = recordingHeader(value);
    goesOn = header !== undefined && isContinuation(header, next);
    header = next;
    sample = undefined;
    peeked = undefined;
    return {kind: 'header', header, goesOn};
  };

  const readObservation = (value: unknown): RecordedItem => {
    const observation = observationShape(value);
    sample = observation.kind === 'sample' ? observation : sample;
    peeked = observation.kind === 'peek' ? observation : peeked;
    return {kind: 'observation', observation};
  };

  const readDelta = (delta: object): RecordedItem => {
    if (Object.hasOwn(delta, deltaKeys.peek)) {
      peeked = peekedShape(changed('reading of memory', peeked, Reflect.get(delta, deltaKeys.peek)));
      return {kind: 'observation', observation: peeked};
    }
    sample = sampleShape(changed('sample', sample, Reflect.get(delta, deltaKeys.sample)));
    return {kind: 'observation', observation: sample};
  };

  return (line) => {
    try {
      const value = parsed(line);
      if (Object.hasOwn(value, formatKey)) {
        checkFormat(Reflect.get(value, formatKey));
        return readHeader(value);
      }
      if (header === undefined) {
        throw new UnreadableLine('is not the first line of a recording of gunspect');
      }
      switch (Reflect.get(value, 'kind')) {
        case 'delta':
          return readDelta(value);
        case 'carried':
          return goesOn ? {kind: 'known'} : readObservation(Reflect.get(value, 'observation'));
        default:
          return readObservation(value);
      }
    } catch (error) {
      throw meaningOf(error, header);
    }
  };
}

function changed(what: string, before: Sample | Peeked | undefined, patch: unknown): unknown {
  if (before === undefined) {
    throw new UnreadableLine(`changes a ${what} that is not there`);
  }
  if (patch === undefined) {
    throw new UnreadableLine(`changes a ${what} and does not say how`);
  }
  return applyPatch(before, patch as Json);
}

function parsed(line: string): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UnreadableLine('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableLine('is no object');
  }
  return value;
}

function checkFormat(format: unknown): void {
  if (typeof format === 'number' && format > recordingFormat) {
    throw new UnreadableLine(
      `is of format ${format}, and this version reads only format ${recordingFormat}: replay it with a newer gunspect`,
    );
  }
}

function meaningOf(error: unknown, header: RecordingHeader | undefined): unknown {
  if (error instanceof Misshapen) {
    return new UnreadableLine(`is not as it must be: ${error.message}${by(header)}`);
  }
  return error instanceof PatchMisfit ? new UnreadableLine(`does not fit what was before it: ${error.message}`) : error;
}

function by(header: RecordingHeader | undefined): string {
  return header === undefined ? '' : ` (recorded by gunspect ${header.version})`;
}
