/**
 * A recording as it lies somewhere: a file, with the segment before it where that is kept, or a stream.
 */
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import type {Readable} from 'node:stream';
import {isContinuation, type RecordingHeader} from './header.js';
import {createLineReader, type RecordedItem} from './line-reader.js';
import {readRecording} from './read-recording.js';

export type RecordingInput = {
  /** What the recording says, in order; to be read once. Ends early, and without an error, when it is stopped. */
  readonly items: AsyncIterable<RecordedItem>;
  readonly stop: () => void;
};

/** The recording that a stream brings, such as standard input. */
export function recordingFrom(stream: Readable): RecordingInput {
  const state = {isStopped: false};
  const stop = () => {
    state.isStopped = true;
    stream.destroy();
  };
  return {stop, items: untilStopped(state, readRecording(stream))};
}

/** The recording in a file. When the segment before it lies beside it under the name with `.1`, it begins with that one. */
export function recordingIn(path: string): RecordingInput {
  const state = {isStopped: false};
  const abort = new AbortController();
  const stop = () => {
    state.isStopped = true;
    abort.abort();
  };
  return {stop, items: untilStopped(state, readSegments(path, abort.signal))};
}

async function* untilStopped(
  state: {readonly isStopped: boolean},
  items: AsyncIterable<RecordedItem>,
): AsyncGenerator<RecordedItem> {
  try {
    yield* items;
  } catch (error) {
    // Whatever a stream says that was taken away from under its reader.
    if (!state.isStopped) {
      throw error;
    }
  }
}

async function* readSegments(path: string, signal: AbortSignal): AsyncGenerator<RecordedItem> {
  const previous = `${path}.1`;
  const header = await headerOf(path, signal);
  const previousHeader = header && header.segment > 1 ? await headerOf(previous, signal) : undefined;
  const isFollowed = header && previousHeader && isContinuation(previousHeader, header);
  const readLine = createLineReader();
  for (const segment of isFollowed ? [previous, path] : [path]) {
    yield* readRecording(createReadStream(segment, {signal}), readLine);
  }
}

/** The first line of a recording; undefined when there is none that can be read. */
async function headerOf(path: string, signal: AbortSignal): Promise<RecordingHeader | undefined> {
  try {
    // What is read from a pipe is gone from it.
    if (!(await stat(path)).isFile()) {
      return undefined;
    }
    for await (const item of readRecording(createReadStream(path, {signal}))) {
      return item.kind === 'header' ? item.header : undefined;
    }
  } catch {
    // Whoever reads the whole of it meets the same error.
  }
  return undefined;
}
