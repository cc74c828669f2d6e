/**
 * What one worker weighs and how long it waited for a processor: what is not needed four times a second.
 *
 * The share of memory that is a worker's own takes the kernel a walk through all its pages, with a lock on them. So it
 * is asked seldom, of one worker after another, and never of a very large one.
 */
import type {WorkerSample} from '../observation.js';
import {fieldIn, textAt} from './kernel-text.js';

export type WorkerUsage = {
  /** Begins the next second. */
  readonly begin: (monotonicMs: number) => void;
  /** Readings of one living worker, at most once a second. */
  readonly read: (pid: number, rssBytes: number | undefined) => UsageReadings;
  /** Forgets a worker that is gone. */
  readonly drop: (pid: number) => void;
};

export type UsageReadings = Pick<WorkerSample, 'runQueueMs' | 'peakRssBytes' | 'pssBytes' | 'ussBytes'>;

export type UsageOptions = {
  readonly root?: string;
  /** Whether the waiting for a processor is to be read. */
  readonly cpu: boolean;
  /** Whether memory is to be read. */
  readonly memory: boolean;
};

// Measured on 26 MB to 2 GB: the walk takes about 5.5 µs a megabyte, and holds up page faults of the worker meanwhile.
const walkMsPerByte = 0.0055 / 1e6;
const walkMsPerSecond = 10;
const largestWalkedBytes = 2e9;
const walkEveryMs = 30_000;

/** Kilobytes of proc_pid_status(5) and smaps_rollup as bytes. */
function bytesIn(text: string | undefined, name: string): number | undefined {
  const kilobytes = fieldIn(text, name);
  return kilobytes === undefined ? undefined : kilobytes * 1024;
}

export function openWorkerUsage({root = '/proc', cpu, memory}: UsageOptions): WorkerUsage {
  const walkedAtMs = new Map<number, number>();
  let nowMs = 0;
  let leftMs = 0;

  const walk = (pid: number, rssBytes: number | undefined): UsageReadings => {
    if (rssBytes === undefined || rssBytes === 0 || rssBytes > largestWalkedBytes) return {};
    if (nowMs - (walkedAtMs.get(pid) ?? Number.NEGATIVE_INFINITY) < walkEveryMs) return {};

    const costMs = rssBytes * walkMsPerByte;
    if (costMs > leftMs) return {};

    leftMs -= costMs;
    walkedAtMs.set(pid, nowMs);
    const text = textAt(`${root}/${pid}/smaps_rollup`);
    const pssBytes = bytesIn(text, 'Pss');
    const clean = bytesIn(text, 'Private_Clean');
    const dirty = bytesIn(text, 'Private_Dirty');
    return {
      ...(pssBytes !== undefined && {pssBytes}),
      ...(clean !== undefined && dirty !== undefined && {ussBytes: clean + dirty}),
    };
  };

  return {
    begin: (monotonicMs) => {
      nowMs = monotonicMs;
      leftMs = walkMsPerSecond;
    },
    read: (pid, rssBytes) => {
      const waitedNanoseconds = cpu ? Number(textAt(`${root}/${pid}/schedstat`)?.split(' ')[1]) : Number.NaN;
      const peakRssBytes = memory ? bytesIn(textAt(`${root}/${pid}/status`), 'VmHWM') : undefined;
      return {
        ...(Number.isFinite(waitedNanoseconds) && {runQueueMs: Math.round(waitedNanoseconds / 1e6)}),
        ...(peakRssBytes !== undefined && {peakRssBytes}),
        ...(memory && walk(pid, rssBytes)),
      };
    },
    drop: (pid) => {
      walkedAtMs.delete(pid);
    },
  };
}
