import {expect, test} from 'vitest';
import {findAsyncioRecord} from '../../source/peek/asyncio-record.js';
import {layoutOf} from '../../source/peek/layout.js';
import {wordMemory} from './fake-memory.js';

const interpreterSize = 225_864;
const layout = layoutOf('3.14', new Map([['interpreterSize', interpreterSize]]));
if (layout === undefined) throw new Error('3.14 is not known');

/** What CPython 3.14.10 tells on x86-64. */
const row = [168, 136, 96, 108, 109, 128, 152, interpreterSize, 10_880, 936, 864, 872, 880];
const record = {coroutine: 128, node: 152, interpreterTasks: 10_880, threadTasks: 880};

const base = 0x7f00_0000_0000;
const dataAt = 0x1000;
const dataBytes = 0x2000;

/** A loaded image of nothing but headers and one segment to write to, which holds these numbers at these places. */
function imageOf(...rows: ReadonlyArray<{readonly at: number; readonly numbers: readonly number[]}>) {
  const bytes = Buffer.alloc(dataAt + dataBytes);
  Buffer.from('7f454c460201', 'hex').copy(bytes);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(2, 56);
  [
    {flags: 5, from: 0, size: dataAt},
    {flags: 6, from: dataAt, size: dataBytes},
  ].forEach(({flags, from, size}, index) => {
    const at = 64 + index * 56;
    bytes.writeUInt32LE(1, at);
    bytes.writeUInt32LE(flags, at + 4);
    bytes.writeBigUInt64LE(BigInt(from), at + 16);
    bytes.writeBigUInt64LE(BigInt(size), at + 40);
  });
  for (const {at, numbers} of rows)
    numbers.forEach((number, index) => bytes.writeBigUInt64LE(BigInt(number), at + index * 8));
  return wordMemory((index) => {
    const at = index * 8 - base;
    return at >= 0 && at < bytes.length ? Number(bytes.readBigUInt64LE(at)) : undefined;
  });
}

const find = (memory: ReturnType<typeof imageOf>, path = '/usr/lib/python3.14/lib-dynload/_asyncio.cpython-314.so') =>
  findAsyncioRecord(memory, layout, {all: [{path, base}]});

test('what asyncio tells is found among its data, wherever it lies there', () => {
  expect(find(imageOf({at: dataAt, numbers: row}))).toEqual(record);
  expect(find(imageOf({at: dataAt + dataBytes - row.length * 8, numbers: row}))).toEqual(record);
});

test('it is found in the library or the program that asyncio is built into', () => {
  const memory = imageOf({at: dataAt + 0x100, numbers: row});

  expect(find(memory, '/usr/lib/libpython3.14.so.1.0')).toEqual(record);
  expect(findAsyncioRecord(memory, layout, {all: [], program: {path: '/usr/bin/app', base}})).toEqual(record);
  expect(find(memory, '/usr/lib/libc.so.6')).toBeUndefined();
});

test('the size of another interpreter, and numbers that do not fit together, are nothing', () => {
  const withNumber = (index: number, number: number) => find(imageOf({at: dataAt, numbers: row.with(index, number)}));

  expect(withNumber(7, interpreterSize + 8)).toBeUndefined();
  for (const [index, number] of [
    [0, 120],
    [0, 4096],
    [3, 168],
    [5, 129],
    [5, 0],
    [6, 160],
    [8, interpreterSize],
    [9, 800],
    [12, 928],
    [12, 0],
  ] as const)
    expect(withNumber(index, number)).toBeUndefined();
});

test('two rows that fit are none, and so is one in what cannot be written to', () => {
  expect(find(imageOf({at: dataAt, numbers: row}, {at: dataAt + 0x200, numbers: row}))).toBeUndefined();
  expect(find(imageOf({at: 0x800, numbers: row}))).toBeUndefined();
});
