/** Where the lines of a recording go: one file, or a stream that somebody reads as they come. */
import {open} from 'node:fs/promises';
import type {Writable} from 'node:stream';
import {finished, pipeline} from 'node:stream/promises';
import {constants, createGzip} from 'node:zlib';

/** Takes text at once and writes it when it can; nothing of it blocks. */
export type RecordingSink = {
  readonly write: (text: string) => void;
  /** Makes what was written so far readable where it lies. */
  readonly flush: () => void;
  /** Bytes that lie there or, compressed, are on their way. */
  readonly writtenBytes: () => number;
  /** Bytes that could not be written yet. */
  readonly waitingBytes: () => number;
  /** Resolves when everything lies there. Rejects with what prevented it. */
  readonly close: () => Promise<void>;
};

/**
 * A new file that only its owner may read: a recording tells much of a service. It is compressed when its name ends with
 * `.gz`. A file that is there already is refused, a link included (open(2), O_EXCL). `onFailure` is called once, when
 * writing to it has failed. Rejects with the system's error when it cannot be made.
 */
export async function openRecordingFile(
  path: string,
  onFailure: (error: NodeJS.ErrnoException) => void,
): Promise<RecordingSink> {
  const handle = await open(path, 'wx', 0o600);
  const file = handle.createWriteStream();
  const gzip = path.endsWith('.gz') ? createGzip() : undefined;
  const done = gzip ? pipeline(gzip, file) : finished(file);
  done.catch(onFailure);
  const head = gzip ?? file;
  return {
    write: (text) => {
      head.write(text);
    },
    flush: () => gzip?.flush(constants.Z_SYNC_FLUSH),
    writtenBytes: () => file.bytesWritten + file.writableLength,
    waitingBytes: () => file.writableLength + (gzip ? gzip.writableLength + gzip.readableLength : 0),
    close: async () => {
      head.end();
      await done;
    },
  };
}

/** A stream that is not ours to end, such as standard output. Whoever owns it hears its errors. */
export function streamSink(stream: Writable): RecordingSink {
  let writtenBytes = 0;
  return {
    write: (text) => {
      if (stream.writable) {
        writtenBytes += Buffer.byteLength(text);
        stream.write(text);
      }
    },
    flush: () => undefined,
    writtenBytes: () => writtenBytes,
    waitingBytes: () => stream.writableLength,
    close: async () => undefined,
  };
}
