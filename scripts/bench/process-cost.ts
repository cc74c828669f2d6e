import {readdirSync, readFileSync} from 'node:fs';
import {performance} from 'node:perf_hooks';

export type ProcessCost = {
  /** 100 is one core. */
  readonly cpuPercent: number;
  readonly rssMegabytes: number;
  readonly descriptors: number;
};

/** Starts to count what a process uses; the result tells it, from then until it is called. Threads that ended meanwhile are not counted. */
export function processCost(pid: number): () => ProcessCost {
  const sinceMs = performance.now();
  const before = ranMs(pid);
  return () => {
    const seconds = (performance.now() - sinceMs) / 1000;
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return {
      cpuPercent: (ranMs(pid) - before) / seconds / 10,
      rssMegabytes: Math.round(Number(rss) / 1024),
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
  };
}

/**
 * What all threads have run so far, ms (`schedstat`, first field: nanoseconds). The times of `stat` are guessed by the
 * tick of the clock, and a program that sleeps by a timer wakes in step with it.
 */
function ranMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`);
  return threads.reduce((sum, path) => sum + Number(readFileSync(path, 'utf8').split(' ')[0]) / 1e6, 0);
}
