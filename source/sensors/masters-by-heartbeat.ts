/** Masters by the heartbeat files they share with their children: the sure way to tell one. */
import type {Reading} from '../observation.js';
import {heldHeartbeats, type HeldHeartbeat} from './heartbeat-files.js';
import {likelyWorkers} from './lookalikes.js';
import {startedWallMs} from './machine.js';
import type {ListedProcess} from './processes.js';
import {readArguments, readStat} from './procfs.js';
import {valueOf} from './reading.js';

export type MastersByHeartbeat = {
  /** The workers of each master, by its pid. */
  readonly masters: ReadonlyMap<number, readonly number[]>;
  /** Processes that hold the one file that was made for themselves, and share it with no master: workers left behind. */
  readonly orphans: ReadonlySet<number>;
};

// A worker's file is made just before its fork; procfs tells starts to 10 ms, and hooks may run in between.
const longestForkMs = 2000;
const startPrecisionMs = 20;

/**
 * Whether these files are the one that was made for the process itself, so that it is a worker: also one whose
 * application forked, and whose children therefore share it. It is told by the file's birth, which comes right before
 * its holder's start and not after it; where that is not kept, a single file says no more than `otherwise`.
 */
function isOwnFile(pid: number, files: readonly HeldHeartbeat[], root: string, otherwise: boolean): boolean {
  const [only] = files;
  if (only === undefined || files.length > 1) return false;
  if (only.bornWallMs === undefined) return otherwise;

  const stat = valueOf(readStat(pid, root));
  const started = stat === undefined ? undefined : valueOf(startedWallMs(stat.startTicks, Date.now(), root));
  if (started === undefined) return otherwise;

  const before = started - only.bornWallMs;
  return before > -startPrecisionMs && before < longestForkMs;
}

/**
 * Looks at every process that has children, and at those in `also`, which look like gunicorn, for `orphans`. Where a child's descriptors cannot be read (it
 * changed its user) and the parent holds heartbeat files, a child with the parent's arguments counts as a worker.
 */
export function mastersByHeartbeat(
  processes: readonly ListedProcess[],
  childrenOf: ReadonlyMap<number, readonly ListedProcess[]>,
  also: ReadonlySet<number>,
  root = '/proc',
): MastersByHeartbeat {
  const known = new Map<number, Reading<readonly HeldHeartbeat[]>>();
  const heldBy = (pid: number): Reading<readonly HeldHeartbeat[]> => {
    const seen = known.get(pid);
    if (seen !== undefined) return seen;

    const held = heldHeartbeats(pid, root);
    known.set(pid, held);
    return held;
  };

  const masters = new Map<number, readonly number[]>();
  for (const {pid, parentPid} of processes) {
    const children = childrenOf.get(pid) ?? [];
    if (children.length === 0 && !also.has(pid)) continue;

    const mine = valueOf(heldBy(pid)) ?? [];
    if (mine.length === 0 || children.length === 0) continue;

    const parents = new Set(parentPid > 0 ? (valueOf(heldBy(parentPid)) ?? []).map(({identity}) => identity) : []);
    const own = mine.filter(({identity}) => !parents.has(identity));
    const likely = (): readonly ListedProcess[] =>
      likelyWorkers(valueOf(readArguments(pid, root)) ?? [], children, root);
    const shared = new Set<HeldHeartbeat>();
    const workers = children.filter((child) => {
      const theirs = heldBy(child.pid);
      if (theirs.kind === 'denied') return own.length > 0 && likely().includes(child);

      const identities = new Set((valueOf(theirs) ?? []).map(({identity}) => identity));
      const common = own.filter(({identity}) => identities.has(identity));
      for (const heartbeat of common) shared.add(heartbeat);
      return common.length > 0;
    });

    if (workers.length === 0 || isOwnFile(pid, [...shared], root, false)) continue;

    masters.set(
      pid,
      workers.map((worker) => worker.pid),
    );
  }

  const orphans = new Set(
    [...also].filter((pid) => !masters.has(pid) && isOwnFile(pid, valueOf(heldBy(pid)) ?? [], root, true)),
  );
  return {masters, orphans};
}
