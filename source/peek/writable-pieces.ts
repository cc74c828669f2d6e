/** What an image of a process may write to, piece by piece, for those who look for something of which no symbol tells. */
import {readElf} from './elf.js';
import type {Memory} from './memory.js';
import {walk} from './unreadable.js';

export type Piece = {readonly address: number; readonly bytes: Buffer};

const step = 1 << 19;
/** Of one segment not more than this is looked through. */
const mostBytes = 64 << 20;

/**
 * The writable segments of the image that begins there, each piece reaching so many bytes into the next one. The bytes
 * of a piece are good until the next one is asked for. What is not readable is left out.
 */
export function* writablePieces(memory: Memory, base: number, overlap: number): Generator<Piece> {
  const buffer = Buffer.allocUnsafe(step + overlap);
  const elf = walk(() => readElf(memory, base));
  for (const {start, size} of (elf?.segments ?? []).filter(({writable}) => writable)) {
    const end = start + Math.min(size, mostBytes);
    for (let address = start; address < end; address += step) {
      const length = Math.min(step + overlap, end - address);
      const count = walk(() => memory.readSome(address, length, buffer)) ?? 0;
      yield {address, bytes: buffer.subarray(0, count)};
    }
  }
}
