/**
 * The bytes of a recording, decompressed where they are compressed: told by their first two bytes, not by a file's name.
 *
 * What a compressed file that was cut off or damaged still holds comes first, and the error after it.
 */
import {createGunzip} from 'node:zlib';

/** Compressed data that ends too early or makes no sense. */
export class DamagedArchive extends Error {
  override readonly name = 'DamagedArchive';

  constructor(readonly isCutOff: boolean) {
    super(isCutOff ? 'the compressed data ends too early' : 'the compressed data is damaged');
  }
}

/** Every gzip file begins with these (RFC 1952, 2.3.1). */
const gzipMagic = [0x1f, 0x8b] as const;

// One byte can stand for a thousand: with pieces this small, no more than 4 MB are ever decompressed ahead.
const pieceBytes = 4096;

/** The chunks as they are, or decompressed. Throws a `DamagedArchive` after everything that was readable. */
export async function* unzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < gzipMagic.length) {
    // oxlint-disable-next-line no-await-in-loop -- one chunk after the other
    const next = await iterator.next();
    if (next.done === true) {
      break;
    }
    head = Buffer.concat([head, next.value]);
  }
  const all = following(head, iterator);
  yield* gzipMagic.every((byte, index) => head[index] === byte) ? gunzipped(all) : all;
}

async function* following(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* {[Symbol.asyncIterator]: () => iterator};
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const state: {ready: Buffer[]; damage?: DamagedArchive; wake: () => void} = {ready: [], wake: () => undefined};
  // Listened to and not iterated over: an iterator drops on an error what it has not handed over yet.
  gunzip.on('data', (chunk: Buffer) => state.ready.push(chunk));
  gunzip.on('error', ({code}: NodeJS.ErrnoException) => {
    state.damage ??= new DamagedArchive(code === 'Z_BUF_ERROR');
  });
  gunzip.once('close', () => state.wake());
  try {
    for await (const piece of inPieces(chunks)) {
      await new Promise<void>((resolve) => {
        // A write that fails is never called back: the stream closes instead.
        state.wake = resolve;
        gunzip.write(piece, () => resolve());
      });
      yield* state.ready.splice(0);
      if (state.damage) {
        throw state.damage;
      }
    }
    await new Promise<void>((resolve) => {
      state.wake = resolve;
      if (gunzip.closed) {
        resolve();
      }
      gunzip.end();
    });
    yield* state.ready.splice(0);
    if (state.damage) {
      throw state.damage;
    }
  } finally {
    gunzip.destroy();
  }
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += pieceBytes) {
      yield chunk.subarray(from, from + pieceBytes);
    }
  }
}
