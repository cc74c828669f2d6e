import {
  appendFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {followFile, type FollowedFile, type FollowOptions} from '../../source/sensors/log-follow.js';
import {spawnSync} from 'node:child_process';

let folder: string;
let path: string;
const opened: FollowedFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gunspect-log-'));
  path = join(folder, 'error.log');
});
afterEach(() => {
  for (const file of opened.splice(0)) file.close();
  rmSync(folder, {recursive: true, force: true});
});

function follow(options?: FollowOptions): FollowedFile {
  const reading = followFile(path, options);
  if (reading.kind !== 'ok') throw new Error(reading.kind);

  opened.push(reading.value);
  return reading.value;
}

function linesOf(file: FollowedFile): readonly string[] {
  const reading = file.read();
  if (reading.kind !== 'ok') throw new Error(reading.kind);

  return reading.value.lines;
}

test('what was there before is not read, what is appended is, once', () => {
  writeFileSync(path, 'old\n');
  const file = follow();

  expect(linesOf(file)).toEqual([]);
  appendFileSync(path, 'one\ntwo\r\n');
  expect(linesOf(file)).toEqual(['one', 'two']);
  expect(linesOf(file)).toEqual([]);
});

test('a line is given out when it is whole, and its characters are never cut', () => {
  writeFileSync(path, '');
  const file = follow();
  const bytes = Buffer.from('[x] Grüße\nnext\n');

  appendFileSync(path, bytes.subarray(0, 7));
  expect(linesOf(file)).toEqual([]);
  appendFileSync(path, bytes.subarray(7));
  expect(linesOf(file)).toEqual(['[x] Grüße', 'next']);
});

test('a renamed and a deleted file are followed on', () => {
  writeFileSync(path, 'old\n');
  const file = follow();

  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, 'after the rename\n');
  expect(linesOf(file)).toEqual(['after the rename']);

  const descriptor = openSync(`${path}.1`, 'a');
  rmSync(`${path}.1`);
  writeSync(descriptor, 'after the end\n');
  closeSync(descriptor);
  expect(linesOf(file)).toEqual(['after the end']);
});

test('a file that was truncated is read from its start', () => {
  writeFileSync(path, 'a long old line that is longer than the new one\n');
  const file = follow();

  truncateSync(path);
  appendFileSync(path, 'new\n');
  expect(linesOf(file)).toEqual(['new']);
});

test('a file that was truncated and has grown past the position at once is read from its start', () => {
  writeFileSync(path, 'short\n');
  const file = follow();

  truncateSync(path);
  appendFileSync(path, 'this line alone is longer than all that was there\nand so\n');
  expect(linesOf(file)).toEqual(['this line alone is longer than all that was there', 'and so']);
});

test('a writer without O_APPEND leaves a hole at a truncation, which is not read', () => {
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, `${'x'.repeat(500)}\n`);
  const file = follow();

  truncateSync(path);
  writeSync(descriptor, 'within one tick\n', 501);
  expect(linesOf(file)).toEqual(['within one tick']);

  truncateSync(path);
  expect(linesOf(file)).toEqual([]);
  writeSync(descriptor, 'over two ticks\n', 517);
  closeSync(descriptor);
  expect(linesOf(file)).toEqual(['over two ticks']);
});

test('one read is bounded, says what it left out, and begins with a whole line', () => {
  writeFileSync(path, '');
  const file = follow({limitBytes: 100});

  appendFileSync(path, Array.from({length: 100}, (_, index) => `line ${String(index).padStart(4, '0')}\n`).join(''));
  const reading = file.read();
  if (reading.kind !== 'ok') throw new Error(reading.kind);

  expect(reading.value.skippedBytes).toBe(900);
  expect(reading.value.lines.at(0)).toBe('line 0091');
  expect(reading.value.lines.at(-1)).toBe('line 0099');
});

test('a line without an end takes no memory for ever', () => {
  writeFileSync(path, '');
  const file = follow();

  appendFileSync(path, 'x'.repeat(70_000));
  expect(linesOf(file)).toEqual([]);
  appendFileSync(path, 'end\nnext\n');
  expect(linesOf(file)).toEqual(['next']);
});

test('reading back gives the whole lines before the position', () => {
  writeFileSync(path, 'first\nsecond\nthird\n');
  const file = follow();

  expect(file.readBack(1000)).toEqual(['first', 'second', 'third']);
  expect(file.readBack(10)).toEqual(['third']);
});

test('a position can be handed on, with the line that is not whole yet', () => {
  writeFileSync(path, '');
  const first = follow();
  appendFileSync(path, 'one\ntw');
  linesOf(first);
  appendFileSync(path, 'o\n');

  const second = follow({from: first.position()});

  expect(linesOf(second)).toEqual(['two']);
});

test('a FIFO in the place of a file is refused and does not stop us', () => {
  const made = spawnSync('mkfifo', [path]);
  expect(made.status).toBe(0);

  expect(followFile(path).kind).toBe('unsupported');
});
