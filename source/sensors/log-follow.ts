/**
 * Follows one log file by its descriptor, whatever happens to its name.
 *
 * A file that was copied and truncated is told by its size, or, when it has grown past our position again, by the
 * bytes before it, which are kept for that. A writer without O_APPEND goes on at its old offset after a truncation and
 * leaves a hole of NULs before it: then the position stays right.
 */
import fs from 'node:fs';
import type {Reading} from '../observation.js';
import {openReadOnly} from './files.js';
import {attempt, type Owner} from './reading.js';

/** What one read brought. */
export type Appended = {
  /** Whole lines, without their ends. */
  readonly lines: readonly string[];
  /** Bytes passed over because a read is bounded. */
  readonly skippedBytes: number;
};

export type FollowedFile = {
  /** Where the first line begins that was not given out yet, bytes. */
  readonly position: () => number;
  /** What was appended since the last read. */
  readonly read: () => Reading<Appended>;
  /** Lines of the last `bytes` before the position. A line that begins before them is left out. */
  readonly readBack: (bytes: number) => readonly string[];
  readonly close: () => void;
};

export type FollowOptions = {
  /** Where to begin, bytes; at the end when absent. */
  readonly from?: number;
  /** The most that one read takes in, bytes. */
  readonly limitBytes?: number;
  readonly owner?: Owner;
};

const keptBytes = 64;
const longestLineBytes = 65_536;
const newline = 0x0a;
const nothing: Appended = {lines: [], skippedBytes: 0};

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = fs.readSync(fd, bytes, filled, length - filled, position + filled);
    if (read === 0) break;

    filled += read;
  }

  return bytes.subarray(0, filled);
}

function isHole(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte === 0);
}

function asLine(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\0+/g, '').replace(/\r$/, '');
}

/** Splits whole lines off; the rest is the beginning of a line. */
function splitLines(bytes: Buffer): {readonly lines: string[]; readonly rest: Buffer} {
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    lines.push(asLine(bytes.subarray(start, end)));
    start = end + 1;
  }

  return {lines, rest: bytes.subarray(start)};
}

/** Opens a file to be followed. Anything but a regular file is `unsupported`. */
export function followFile(path: string, options: FollowOptions = {}): Reading<FollowedFile> {
  const {from, limitBytes = 256 * 1024, owner} = options;
  const opened = attempt(() => openReadOnly(path), owner);
  if (opened.kind !== 'ok') return opened;

  const fd = opened.value;
  const stat = fs.fstatSync(fd);
  if (!stat.isFile()) {
    fs.closeSync(fd);
    return {kind: 'unsupported', why: 'it is not a regular file'};
  }

  let position = Math.min(from ?? stat.size, stat.size);
  let before = readAt(fd, Math.max(0, position - keptBytes), Math.min(keptBytes, position));
  let rest: Buffer = Buffer.alloc(0);
  /** A line whose beginning was passed over is not read as one. */
  let insideLine = before.length > 0 && before.at(-1) !== newline;
  /** Where a writer without O_APPEND would go on after a truncation. */
  let oldOffset: number | undefined;

  const restart = (at: number): void => {
    position = at;
    before = Buffer.alloc(0);
    rest = Buffer.alloc(0);
    insideLine = false;
  };

  const settlePosition = (size: number): void => {
    if (size < position) {
      oldOffset = position;
      restart(0);
    }

    if (oldOffset !== undefined && size > oldOffset) {
      if (position === 0 && isHole(readAt(fd, Math.max(0, oldOffset - keptBytes), Math.min(keptBytes, oldOffset)))) {
        restart(oldOffset);
      }

      oldOffset = undefined;
    }

    if (before.length === 0 || size === position) return;

    const now = readAt(fd, position - before.length, before.length);
    if (now.equals(before)) return;
    // Truncated and grown past the position within one tick.
    restart(isHole(now) ? position : 0);
  };

  const read = (): Appended => {
    const {size} = fs.fstatSync(fd);
    settlePosition(size);
    if (size <= position) return nothing;

    const skippedBytes = Math.max(0, size - position - limitBytes);
    if (skippedBytes > 0) {
      position += skippedBytes;
      rest = Buffer.alloc(0);
      insideLine = true;
    }

    const bytes = readAt(fd, position, size - position);
    position += bytes.length;
    before = Buffer.from(Buffer.concat([before, bytes.subarray(-keptBytes)]).subarray(-keptBytes));

    const split = splitLines(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
    rest = Buffer.from(split.rest);
    if (insideLine && split.lines.length > 0) {
      split.lines.shift();
      insideLine = false;
    }

    if (rest.length > longestLineBytes) {
      rest = Buffer.alloc(0);
      insideLine = true;
    }

    return {lines: split.lines, skippedBytes};
  };

  return {
    kind: 'ok',
    value: {
      position: () => position - rest.length,
      read: () => attempt(read, owner),
      readBack: (bytes) => {
        const start = Math.max(0, position - bytes);
        const {lines} = splitLines(readAt(fd, start, position - start));
        return start > 0 ? lines.slice(1) : lines;
      },
      close: () => fs.closeSync(fd),
    },
  };
}
