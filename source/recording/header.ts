/**
 * The first line of a recording, and of each of its segments: what the lines after it are.
 *
 * No host name is in it: a recording is passed on to people who need not know it.
 */
import {exactly, number, object, text, type Shape} from './shape.js';

/** The format that this version writes and reads. It changes whenever an older reader would misread a newer recording. */
export const recordingFormat = 1;

/** The key that says that a file is a recording at all. */
export const formatKey = 'gunspect-recording';

export type RecordingHeader = {
  readonly 'gunspect-recording': 1;
  /** The version of gunspect that recorded it. */
  readonly version: string;
  /** When the recording began, ISO 8601 UTC: the same in all segments of one recording. */
  readonly startedAt: string;
  /** The target as the user named it; empty for any. */
  readonly target: string;
  /** 1 for the first segment; each time the recording goes on in a new file, one more. */
  readonly segment: number;
};

const one: Shape<1> = (value) => {
  exactly('1')(String(value));
  return 1;
};

export const recordingHeader: Shape<RecordingHeader> = object<RecordingHeader>({
  [formatKey]: one,
  version: text,
  startedAt: text,
  target: text,
  segment: number,
});

/** Whether `next` goes on where `before` ended. */
export function isContinuation(before: RecordingHeader, next: RecordingHeader): boolean {
  return before.startedAt === next.startedAt && before.target === next.target && next.segment === before.segment + 1;
}
