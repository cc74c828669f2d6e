/**
 * Processor and memory use by way of pidusage: the baseline where there is no procfs.
 *
 * Only the cumulative figures of pidusage are taken. Its own percentage is 0 at first, and its history is kept by pid
 * alone, so percentages are made here, from two readings of the same process.
 */
import pidusage from 'pidusage';

export type Usage = {
  readonly pid: number;
  readonly parentPid: number;
  /** User and system time used so far, milliseconds. */
  readonly cpuMs: number;
  /** 100 = one full core, since the reading before; undefined at the first reading of a process. */
  readonly cpuPercent?: number;
  readonly rssBytes: number;
  /** Milliseconds since its start; whole seconds where `ps` is asked. */
  readonly ageMs: number;
};

export type UsageReader = {
  /** One reading of several processes; those that are gone, or could not be read, are not in it. Never fails. */
  readonly read: (pids: readonly number[]) => Promise<ReadonlyMap<number, Usage>>;
};

type Before = {readonly cpuMs: number; readonly atMs: number; readonly startedMs: number};

// `ps` prints ages in whole seconds, so the start derived from them moves by up to one; no pid is used again sooner.
const sameStartMs = 2000;

/** Its percentages are between two calls of the same reader. */
export function openUsageReader(ask: typeof pidusage = pidusage): UsageReader {
  // It would write to the console, across the screen.
  process.env['PIDUSAGE_SILENT'] = '1';
  let before = new Map<number, Before>();

  return {
    read: async (pids) => {
      const found = new Map<number, Usage>();
      if (pids.length === 0) return found;

      // The types promise a value for every pid; one that is gone is undefined or null, and alone it rejects.
      const answer: Readonly<Record<string, pidusage.Status | undefined | null>> = await ask([...pids]).catch(
        () => ({}),
      );
      const now = new Map<number, Before>();
      for (const pid of pids) {
        const stat = answer[String(pid)];
        if (stat === undefined || stat === null || !Number.isFinite(stat.ctime)) continue;

        const current = {cpuMs: stat.ctime, atMs: stat.timestamp, startedMs: stat.timestamp - stat.elapsed};
        const last = before.get(pid);
        const same = last !== undefined && Math.abs(last.startedMs - current.startedMs) < sameStartMs;
        const elapsedMs = same ? current.atMs - last.atMs : 0;
        now.set(pid, current);
        found.set(pid, {
          pid,
          parentPid: stat.ppid,
          cpuMs: stat.ctime,
          ...(same && elapsedMs > 0 && {cpuPercent: (100 * (current.cpuMs - last.cpuMs)) / elapsedMs}),
          rssBytes: stat.memory,
          ageMs: stat.elapsed,
        });
      }

      before = now;
      return found;
    },
  };
}
