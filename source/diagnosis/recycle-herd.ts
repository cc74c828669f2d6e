/**
 * Workers that reached their request limit together: a recycle that was wanted, and still takes half of the service away
 * for the time of a boot, because the limits of the workers lie too close to each other (`max_requests_jitter`).
 *
 * Together is said against how long they lived: workers that are recycled every few seconds are no herd for that.
 */
import type {Restart} from './restart.js';
import {herd} from './thresholds.js';

export type RecycleHerd = {
  readonly count: number;
  /** From the first to the last of them. */
  readonly spanSeconds: number;
};

/** The largest of the herds, the newest of equals; undefined while there is none. `workers` is how many the service has. */
export function recycleHerdOf(restarts: readonly Restart[], workers: number): RecycleHerd | undefined {
  const recycled = restarts.filter(({cause}) => cause === 'max-requests').toSorted((a, b) => a.atMs - b.atMs);
  let largest: RecycleHerd | undefined;
  let from = 0;
  for (const [index, {atMs, worker}] of recycled.entries()) {
    const withinMs = Math.min(herd.withinMs, worker.ageSeconds * 1000 * herd.shareOfLife);
    while (atMs - (recycled[from]?.atMs ?? atMs) > withinMs) from++;
    const count = index - from + 1;
    const spanSeconds = (atMs - (recycled[from]?.atMs ?? atMs)) / 1000;
    if (count >= (largest?.count ?? 0)) largest = {count, spanSeconds};
  }
  const isHerd = largest !== undefined && largest.count >= Math.max(herd.atLeast, workers * herd.shareOfWorkers);
  return isHerd ? largest : undefined;
}

/** "jitter too small: 12 within 3 s"; without one, and where it is not known, it is not called too small. */
export function recycleHerdText({count, spanSeconds}: RecycleHerd, jitter: number | undefined): string {
  const what = jitter === undefined ? 'together' : jitter === 0 ? 'no jitter' : 'jitter too small';
  return `${what}: ${count} within ${Math.max(1, Math.ceil(spanSeconds))} s`;
}
