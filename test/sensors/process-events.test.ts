import {expect, test} from 'vitest';
import {listenMessage, parseProcessEvent} from '../../source/sensors/process-events.js';

/** A message as Linux 6.18 sends it: 76 bytes. */
function message(what: number, ...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(76);
  bytes.writeUInt32LE(1, 16);
  bytes.writeUInt32LE(1, 20);
  bytes.writeUInt32LE(what, 36);
  bytes.writeBigUInt64LE(12_234_069_690_000n, 44);
  for (const [index, word] of words.entries()) bytes.writeInt32LE(word, 52 + index * 4);
  return bytes;
}

test('a fork, a program, a thread and an end are read with the pids of processes', () => {
  expect(parseProcessEvent(message(1, 815, 812, 9101, 9101), 76)).toEqual({
    kind: 'fork',
    monotonicMs: 12_234_069.69,
    pid: 9101,
    parent: 812,
  });
  expect(parseProcessEvent(message(1, 9101, 9101, 9120, 9101), 76)).toMatchObject({
    kind: 'thread',
    pid: 9101,
    threadId: 9120,
  });
  expect(parseProcessEvent(message(2, 9101, 9101), 76)).toMatchObject({kind: 'exec', pid: 9101});
  expect(parseProcessEvent(message(0x80_00_00_00, 9101, 9101, 0x9_00, 17, 812, 812), 76)).toMatchObject({
    kind: 'exit',
    pid: 9101,
    waitStatus: 0x9_00,
  });
});

test('the end of a thread, other events, other messages and cut ones are nothing', () => {
  expect(parseProcessEvent(message(0x80_00_00_00, 9120, 9101, 0), 76)).toBeUndefined();
  expect(parseProcessEvent(message(0x2_00, 9101, 9101), 76)).toBeUndefined();
  expect(parseProcessEvent(message(1, 812, 812, 9101, 9101), 60)).toBeUndefined();
  expect(parseProcessEvent(Buffer.alloc(76), 76)).toBeUndefined();
});

test('only kernels that can be asked for some kinds of events are asked so', () => {
  expect(listenMessage(false)).toHaveLength(40);
  expect(listenMessage(true).readUInt32LE(40)).toBe(0x80_00_00_03);
});
