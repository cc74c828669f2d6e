/** What holds for the whole machine: page size, clock ticks, time since boot, names of users. */
import fs from 'node:fs';
import type {Reading} from '../observation.js';
import {attempt} from './reading.js';
import {readText} from './files.js';

export type MachineConstants = {
  /** Bytes a page: the unit of memory in procfs. */
  readonly pageBytes: number;
  /** The unit of CPU time and start times in procfs. */
  readonly ticksPerSecond: number;
};

const pageSizeEntry = 6n;
const clockTicksEntry = 17n;

/**
 * From the auxiliary vector the kernel gave to this process (`/proc/self/auxv`, getauxval(3)), which needs no program
 * to be started. 4096 and 100 where it is not readable: 100 is USER_HZ of every architecture Node runs on.
 */
export function machineConstants(root = '/proc'): MachineConstants {
  const vector = attempt(() => fs.readFileSync(`${root}/self/auxv`));
  const entry = (type: bigint): number | undefined => {
    if (vector.kind !== 'ok') return undefined;

    for (let at = 0; at + 16 <= vector.value.length; at += 16) {
      if (vector.value.readBigUInt64LE(at) === type) return Number(vector.value.readBigUInt64LE(at + 8));
    }

    return undefined;
  };

  return {pageBytes: entry(pageSizeEntry) ?? 4096, ticksPerSecond: entry(clockTicksEntry) ?? 100};
}

/** Milliseconds since boot, suspend included: the clock that start times count on (`/proc/uptime`, 10 ms). */
export function uptimeMs(root = '/proc'): Reading<number> {
  const text = readText(`${root}/uptime`, 64);
  if (text.kind !== 'ok') return text;

  const seconds = Number.parseFloat(text.value);
  return Number.isFinite(seconds)
    ? {kind: 'ok', value: seconds * 1000}
    : {kind: 'failed', why: 'the time since boot is not a number'};
}

/**
 * Wall clock of a process's start, milliseconds, within 10 ms. Not made from btime in `/proc/stat`, which has whole
 * seconds and gave results up to a second off.
 */
export function startedWallMs(startTicks: number, nowWallMs: number, root = '/proc'): Reading<number> {
  const uptime = uptimeMs(root);
  if (uptime.kind !== 'ok') return uptime;

  const startedMs = (startTicks * 1000) / machineConstants(root).ticksPerSecond;
  return {kind: 'ok', value: nowWallMs - uptime.value + startedMs};
}

/** Name of a user from a passwd(5) file; undefined when it has none there. */
export function userName(uid: number, passwd = '/etc/passwd'): string | undefined {
  const text = readText(passwd, 1 << 20);
  if (text.kind !== 'ok') return undefined;

  for (const line of text.value.split('\n')) {
    const [name, , id] = line.split(':');
    if (id === String(uid)) return name;
  }

  return undefined;
}
