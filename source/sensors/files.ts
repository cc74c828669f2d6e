/**
 * Reads small files whole and synchronously, without ever waiting for one.
 *
 * Everything is opened read-only and non-blocking, so that a FIFO put in the place of a file cannot stop the event
 * loop, and only regular files are read.
 */
import fs from 'node:fs';
import type {Reading} from '../observation.js';
import {attempt, meaningOf, type Owner} from './reading.js';

const {O_RDONLY, O_NONBLOCK, O_NOCTTY} = fs.constants;

/** Opens for reading and for nothing else: no waiting, no terminal taken over. Throws as the system does. */
export function openReadOnly(path: string): number {
  return fs.openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

const chunkBytes = 65_536;
const pageBytes = 4096;
const chunk = Buffer.allocUnsafe(chunkBytes);

/** Reads from the start until the end or the limit; short reads are the rule in procfs. Throws as the system does. */
export function readAll(fd: number, limitBytes: number): Buffer {
  const parts: Buffer[] = [];
  let position = 0;
  while (position < limitBytes) {
    const read = fs.readSync(fd, chunk, 0, Math.min(chunkBytes, limitBytes - position), position);
    if (read === 0) break;

    parts.push(Buffer.from(chunk.subarray(0, read)));
    position += read;
  }

  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/**
 * A whole file of procfs as bytes: nothing there can be a FIFO, and a read that is shorter than asked for was the last.
 * Valid until the next read of any file.
 */
export function readProcBytes(path: string, owner?: Owner): Reading<Buffer> {
  let fd: number | undefined;
  try {
    fd = openReadOnly(path);
    let length = 0;
    // One read gives a page at most, so a full one may not have been the last.
    for (let read = -1; read !== 0 && length < chunkBytes; length += read) {
      read = fs.readSync(fd, chunk, length, chunkBytes - length, length);
      if (read < pageBytes) {
        length += read;
        break;
      }
    }

    return {kind: 'ok', value: chunk.subarray(0, length)};
  } catch (error) {
    return meaningOf(error, owner);
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

/** A whole file as bytes, cut at the limit. Anything but a regular file is `unsupported`. */
export function readBytes(path: string, limitBytes: number, owner?: Owner): Reading<Buffer> {
  const opened = attempt(() => openReadOnly(path), owner);
  if (opened.kind !== 'ok') return opened;

  const fd = opened.value;
  try {
    const regular = attempt(() => fs.fstatSync(fd).isFile(), owner);
    if (regular.kind !== 'ok') return regular;
    if (!regular.value) return {kind: 'unsupported', why: 'it is not a regular file'};

    return attempt(() => readAll(fd, limitBytes), owner);
  } finally {
    fs.closeSync(fd);
  }
}

/** The same as text; bytes that are not UTF-8 become U+FFFD. */
export function readText(path: string, limitBytes = 1 << 20, owner?: Owner): Reading<string> {
  const bytes = readBytes(path, limitBytes, owner);
  return bytes.kind === 'ok' ? {kind: 'ok', value: bytes.value.toString('utf8')} : bytes;
}
