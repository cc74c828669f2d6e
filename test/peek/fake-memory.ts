import {memoryOver, type Memory} from '../../source/peek/memory.js';

const systemError = (code: string): Error => Object.assign(new Error(code), {code});

/** A memory in which every address holds what `wordAt` says for the word there; undefined is not mapped. */
export function wordMemory(wordAt: (index: number) => number | undefined): Memory {
  return memoryOver((into, length, address) => {
    let count = 0;
    while (count < length) {
      const at = address + count;
      const word = wordAt(Math.floor(at / 8));
      if (word === undefined) break;

      const bytes = Buffer.alloc(8);
      bytes.writeUInt32LE(word % 2 ** 32, 0);
      bytes.writeUInt32LE(Math.floor(word / 2 ** 32) % 2 ** 32, 4);
      count += bytes.copy(into, count, at % 8, Math.min(8, (at % 8) + length - count));
    }
    if (count === 0) throw systemError('EIO');
    return count;
  });
}

/** A number that looks random and is the same for the same two numbers. */
export function mixed(seed: number, index: number): number {
  let hash = Math.imul(seed ^ (index >>> 0) ^ 0x9e_37_79_b9, 0x85_eb_ca_6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash ^ Math.floor(index / 2 ** 32), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
