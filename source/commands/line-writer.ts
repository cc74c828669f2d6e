import type {Writable} from 'node:stream';
import type {Missed} from '../snapshot.js';

/** Writes lines to a reader that may be slow. One call is one write. */
export type LineWriter = {
  /** Writes an event. While the reader is far behind it is counted as missed instead. */
  readonly event: (text: string) => void;
  /** Writes something that the next one makes up for: left out while the reader is behind. */
  readonly sample: (text: () => string) => void;
  /** Resolves when everything was handed over, or after `patienceMs` when the reader does not take it. */
  readonly flushed: (patienceMs?: number) => Promise<void>;
};

/** A reader that is stopped must not make us grow without end: what waits for it is bounded, in bytes. */
const longestQueueBytes = 8_000_000;

/**
 * The writer on a stream. `missedText` makes the line that tells a reader who came back what it did not get; nothing
 * blocks meanwhile, so that watching goes on while the reader sleeps.
 */
export function createLineWriter(
  stream: Writable,
  missedText: (missed: Omit<Missed, 'atMs'>) => string,
  longestBytes = longestQueueBytes,
): LineWriter {
  let dropped = 0;
  stream.on('drain', () => {
    if (dropped > 0) {
      const missed = {count: dropped, atLeast: false, why: 'the reader of this output was too slow for them'};
      dropped = 0;
      stream.write(missedText(missed));
    }
  });
  return {
    event(text) {
      if (!stream.writable || text === '') {
        return;
      }
      if (stream.writableLength > longestBytes) {
        dropped += 1;
        return;
      }
      stream.write(text);
    },
    sample(text) {
      if (stream.writable && !stream.writableNeedDrain) {
        stream.write(text());
      }
    },
    flushed: async (patienceMs) => flushed(stream, patienceMs),
  };
}

/** Resolves when the stream has handed over everything written to it, and at the latest after `patienceMs`. */
export async function flushed(stream: Writable, patienceMs = 1000): Promise<void> {
  if (!stream.writable) {
    return;
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    stream.write('', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
