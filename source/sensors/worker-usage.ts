/**
 * What one worker weighs and how long it waited for a processor: what is not needed four times a second.
 *
 * The share of memory that is a worker's own takes the kernel a walk through all its pages, with a lock on them. So it
 * is asked seldom, of one worker after another, and never of a very large one.
 */
import type {WorkerSample} from '../observation.js';
import {fieldIn, textAt} from './kernel-text.js';
import type {ProcessFiles} from './process-files.js';
import type {ProcessStat} from './process-stat.js';
import {valueOf} from './reading.js';

export type WorkerUsage = {
  /** Begins the next second. */
  readonly begin: (monotonicMs: number) => void;
  /** Readings of one living worker, at most once a second, with its state as it was just read. */
  readonly read: (files: ProcessFiles, stat: ProcessStat, rssBytes: number) => UsageReadings;
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
/** A worker that was only just found is walked later: first of all somebody wants to see it. */
const walkAfterMs = 900;

/** Kilobytes of smaps_rollup as bytes. */
function bytesIn(text: string | undefined, name: string): number | undefined {
  const kilobytes = fieldIn(text, name);
  return kilobytes === undefined ? undefined : kilobytes * 1024;
}

export function openWorkerUsage({root = '/proc', cpu, memory}: UsageOptions): WorkerUsage {
  const dueAtMs = new Map<number, number>();
  const peaks = new Map<number, {readonly faults: number; readonly rssBytes: number | undefined}>();
  let nowMs = 0;
  let leftMs = 0;

  /** A peak is reached by page faults and by nothing else; without new ones it is the one that is known. */
  const peakOf = ({pid, status}: ProcessFiles, {faults}: ProcessStat): number | undefined => {
    const known = peaks.get(pid);
    if (known?.faults === faults) return known.rssBytes;

    const rssBytes = valueOf(status())?.peakRssBytes;
    peaks.set(pid, {faults, rssBytes});
    return rssBytes;
  };

  const walk = (pid: number, rssBytes: number): UsageReadings => {
    if (rssBytes === 0 || rssBytes > largestWalkedBytes) return {};
    const dueMs = dueAtMs.get(pid) ?? nowMs + walkAfterMs;
    dueAtMs.set(pid, dueMs);
    if (nowMs < dueMs) return {};

    const costMs = rssBytes * walkMsPerByte;
    if (costMs > leftMs) return {};

    leftMs -= costMs;
    dueAtMs.set(pid, nowMs + walkEveryMs);
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
    read: (files, stat, rssBytes) => {
      const waitedNanoseconds = cpu ? valueOf(files.runQueueNanoseconds()) : undefined;
      const peakRssBytes = memory ? peakOf(files, stat) : undefined;
      return {
        ...(waitedNanoseconds !== undefined && {runQueueMs: Math.round(waitedNanoseconds / 1e6)}),
        ...(peakRssBytes !== undefined && {peakRssBytes}),
        ...(memory && walk(files.pid, rssBytes)),
      };
    },
    drop: (pid) => {
      dueAtMs.delete(pid);
      peaks.delete(pid);
    },
  };
}
