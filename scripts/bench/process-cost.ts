import {readdirSync, readFileSync} from 'node:fs';
import {performance} from 'node:perf_hooks';

export type ProcessCost = {
  /** 100 is one core. */
  readonly cpuPercent: number;
  readonly rssMegabytes: number;
  readonly descriptors: number;
};

/** Starts to count what a process uses; the result tells it, from then until it is called. CPU time comes in ticks of 10 ms. */
export function processCost(pid: number): () => ProcessCost {
  const sinceMs = performance.now();
  const before = cpuTicks(pid);
  return () => {
    const seconds = (performance.now() - sinceMs) / 1000;
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return {
      cpuPercent: (cpuTicks(pid) - before) / seconds,
      rssMegabytes: Math.round(Number(rss) / 1024),
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
  };
}

/** User and system time (proc_pid_stat(5), fields 14 and 15). */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
