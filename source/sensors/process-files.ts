/**
 * The files of one process that are read again and again, opened once.
 *
 * A descriptor that is held answers ESRCH after the process was reaped and never belongs to a process that got the
 * same pid later: it is the identity of the process. Reading at position 0 makes the kernel write the text anew.
 */
import fs from 'node:fs';
import type {Reading} from '../observation.js';
import {openReadOnly} from './files.js';
import {parseStat, type ProcessStat} from './process-stat.js';
import {parseStatus, type ProcessStatus} from './procfs.js';
import {attempt, meaningOf, type Owner} from './reading.js';

/** A file of procfs held open. The bytes are valid until anything else is read. */
export type HeldFile = {
  /** How many bytes of the shared `page` the file filled. */
  readonly read: () => Reading<number>;
  readonly close: () => void;
};

/** What every held file is read into: one buffer for all, for reads are synchronous and parsed at once. */
export const page = Buffer.allocUnsafe(16_384);

const closed: Reading<number> = {kind: 'gone'};

/** Opens a file of procfs to be read repeatedly. */
export function holdFile(path: string, owner?: Owner): Reading<HeldFile> {
  const opened = attempt(() => openReadOnly(path), owner);
  if (opened.kind !== 'ok') return opened;

  let fd: number | undefined = opened.value;
  return {
    kind: 'ok',
    value: {
      read: () => {
        if (fd === undefined) return closed;

        try {
          return {kind: 'ok', value: fs.readSync(fd, page, 0, page.length, 0)};
        } catch (error) {
          return meaningOf(error, owner);
        }
      },
      close: () => {
        if (fd !== undefined) fs.closeSync(fd);
        fd = undefined;
      },
    },
  };
}

export type ProcessFiles = {
  readonly pid: number;
  readonly startTicks: number;
  /** `gone` once the process was reaped, whatever has its pid now. */
  readonly stat: () => Reading<ProcessStat>;
  /** Resident memory, pages (`/proc/<pid>/statm`, second field). 0 for a zombie. */
  readonly residentPages: () => Reading<number>;
  /** How long it has waited for a processor so far (`/proc/<pid>/schedstat`, second field). */
  readonly runQueueNanoseconds: () => Reading<number>;
  readonly status: () => Reading<ProcessStatus>;
  readonly close: () => void;
};

const statFailed: Reading<ProcessStat> = {kind: 'failed', why: 'the process state is not in the expected form'};

/** The number after the first blank of the page. */
function secondNumber(length: number): number {
  let value = 0;
  for (let at = page.indexOf(0x20) + 1; at < length; at++) {
    const digit = (page[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;

    value = value * 10 + digit;
  }

  return value;
}

/** Holds a process by its stat file; the others are opened when first read. */
export function openProcessFiles(pid: number, root = '/proc'): Reading<ProcessFiles> {
  const held = holdFile(`${root}/${pid}/stat`);
  if (held.kind !== 'ok') return held;

  const statFile = held.value;
  const others = new Map<string, Reading<HeldFile>>();
  const read = (name: string): Reading<number> => {
    let other = others.get(name);
    if (other === undefined) {
      other = holdFile(`${root}/${pid}/${name}`);
      others.set(name, other);
    }

    return other.kind === 'ok' ? other.value.read() : other;
  };

  const secondIn = (name: string): Reading<number> => {
    const length = read(name);
    return length.kind === 'ok' ? {kind: 'ok', value: secondNumber(length.value)} : length;
  };

  const stat = (): Reading<ProcessStat> => {
    const length = statFile.read();
    if (length.kind !== 'ok') return length;

    const parsed = parseStat(page, length.value);
    return parsed === undefined ? statFailed : {kind: 'ok', value: parsed};
  };

  const first = stat();
  if (first.kind !== 'ok') {
    statFile.close();
    return first;
  }

  return {
    kind: 'ok',
    value: {
      pid,
      startTicks: first.value.startTicks,
      stat,
      residentPages: () => secondIn('statm'),
      runQueueNanoseconds: () => secondIn('schedstat'),
      status: () => {
        const length = read('status');
        return length.kind === 'ok'
          ? {kind: 'ok', value: parseStatus(page.toString('latin1', 0, length.value), pid)}
          : length;
      },
      close: () => {
        statFile.close();
        for (const other of others.values()) if (other.kind === 'ok') other.value.close();
      },
    },
  };
}
