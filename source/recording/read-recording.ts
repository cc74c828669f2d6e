/**
 * Reads a recording as it arrives: from a file, a compressed file or a pipe.
 *
 * Everything readable comes first; what ends the reading too early is one sentence that names the line.
 */
import {byteLines, LineTooLong, longestLineBytes} from './byte-lines.js';
import {createLineReader, UnreadableLine, type LineReader, type RecordedItem} from './line-reader.js';
import {DamagedArchive, unzipped} from './unzipped.js';

/** A recording that could not be read to its end. The message is one sentence without its full stop. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';

  constructor(
    message: string,
    /** The number of the line that could not be read, from 1. */
    readonly line: number,
  ) {
    super(message);
  }
}

/**
 * Yields what the lines say, in order; `read` is given on from the segment before. Throws a `RecordingError` when a line is missing, damaged or not understood, and
 * whatever the source itself throws.
 */
export async function* readRecording(
  chunks: AsyncIterable<Uint8Array>,
  read: LineReader = createLineReader(),
): AsyncGenerator<RecordedItem> {
  let line = 0;
  try {
    for await (const {text, whole} of byteLines(unzipped(chunks))) {
      line += 1;
      if (!whole) {
        throw new RecordingError(`the recording is cut off in the middle of line ${line}`, line);
      }
      yield read(text);
    }
  } catch (error) {
    throw meaningOf(error, line);
  }
  if (line === 0) {
    throw new RecordingError('the recording is empty', 1);
  }
}

function meaningOf(error: unknown, line: number): unknown {
  if (error instanceof UnreadableLine) {
    return new RecordingError(`line ${line} of the recording ${error.message}`, line);
  }
  if (error instanceof LineTooLong) {
    const megabytes = longestLineBytes / 1024 / 1024;
    return new RecordingError(`line ${line + 1} of the recording is longer than ${megabytes} MB`, line + 1);
  }
  if (error instanceof DamagedArchive) {
    return error.isCutOff
      ? new RecordingError(`the recording is cut off after line ${line}`, line + 1)
      : new RecordingError(`line ${line + 1} of the recording cannot be decompressed: the file is damaged`, line + 1);
  }
  return error;
}
