/**
 * The paths that cost most: in flight when workers were killed for silence or for memory, slow, or followed by growth.
 *
 * Times are those of requests that were seen in flight, so a path of short requests looks slower than it is, and one
 * that never lasts is not here at all; `seen` says on how many it rests.
 */
import {pathOf, withRequest, type PathFacts} from '../ledger/paths.js';
import type {Ledger} from '../ledger/ledger.js';
import type {Restart} from './restart.js';
import {climb, incidentWindowMs} from './thresholds.js';
import type {Cause} from './verdict.js';

export type HeavyPath = {
  /** "POST /orders/{id}": ids, UUIDs and tokens are folded. */
  readonly path: string;
  /** Unexpected deaths of the last 15 minutes with this path in flight: of a timeout, for memory, and of any cause. */
  readonly timeouts: number;
  readonly memoryDeaths: number;
  readonly faults: number;
  /** Requests that were seen in flight since the attach, the running ones included. */
  readonly seen: number;
  /** Of those. Absent where none was seen for long enough to tell. */
  readonly longestSeconds?: number;
  readonly typicalSeconds?: number;
  /** The most that a worker's memory grew while it handled this path alone; absent where it grew no more than noise does. */
  readonly grewBytes?: number;
};

const pathsShown = 20;

/** The costliest first. */
export function heavyPathsOf(ledger: Ledger, restarts: readonly Restart[], nowMs: number): readonly HeavyPath[] {
  const deaths = new Map<string, Cause[]>();
  for (const {request, cause, expected, atMs} of restarts) {
    if (request?.path === undefined || expected === true || nowMs - atMs > incidentWindowMs) continue;
    const path = pathOf({...request, path: request.path});
    deaths.set(path, [...(deaths.get(path) ?? []), cause]);
  }
  const facts = new Map(withRunning(ledger).map((path) => [path.path, path]));
  return [...new Set([...deaths.keys(), ...facts.keys()])]
    .map((path) => heavyPath(path, deaths.get(path) ?? [], facts.get(path)))
    .toSorted((a, b) => b.faults - a.faults || (b.longestSeconds ?? 0) - (a.longestSeconds ?? 0))
    .slice(0, pathsShown);
}

/** With the requests that are still running, and those that their worker's death has ended. */
function withRunning({paths, living, ended}: Ledger): readonly PathFacts[] {
  const running = [...living, ...ended].flatMap(({following = []}) => following);
  const all = new Map(paths.map((path) => [path.path, path]));
  for (const request of running) all.set(request.path, withRequest(all.get(request.path), request));
  return [...all.values()];
}

function heavyPath(path: string, causes: readonly Cause[], facts: PathFacts | undefined): HeavyPath {
  const count = (cause: Cause): number => causes.filter((other) => other === cause).length;
  const typicalSeconds = facts && median(facts.durations);
  const isGrowth = facts?.grewBytes !== undefined && facts.grewBytes >= climb.minimumBytes;
  return {
    path,
    timeouts: count('timeout'),
    memoryDeaths: count('out-of-memory'),
    faults: causes.length,
    seen: facts?.seen ?? 0,
    ...(facts && {longestSeconds: facts.longestSeconds}),
    ...(typicalSeconds !== undefined && {typicalSeconds}),
    ...(isGrowth && facts.grewBytes !== undefined && {grewBytes: facts.grewBytes}),
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
