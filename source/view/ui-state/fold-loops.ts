/** Failed boots that follow each other, folded into one row: hundreds of the same line hide all others. */
import type {Restart} from '../../snapshot.js';

/** Fewer than this are no loop. */
const loopFrom = 3;

/** gunicorn forks the next within a second; what comes later than this is another attempt. */
const nextWithinMs = 60_000;

/** Restarts newest first, in runs: a loop of failed boots is one run, every other restart one of its own. */
export function foldLoops(restarts: readonly Restart[]): ReadonlyArray<readonly Restart[]> {
  const runs: Restart[][] = [];
  for (const restart of restarts) {
    const run = runs.at(-1);
    if (run && goesOn(run, restart)) {
      run.push(restart);
    } else {
      runs.push([restart]);
    }
  }
  return runs.flatMap((run) => (run.filter(isFailedBoot).length >= loopFrom ? [run] : run.map((restart) => [restart])));
}

function goesOn(run: readonly Restart[], older: Restart): boolean {
  const newer = run.at(-1);
  if (newer === undefined || newer.atMs - older.atMs > nextWithinMs) {
    return false;
  }
  const boot = run.find(isFailedBoot);
  if (isUnclear(older)) {
    return boot !== undefined || run.every(isUnclear);
  }
  return isFailedBoot(older) && (boot === undefined ? run.every(isUnclear) : isSameFailure(boot, older));
}

function isSameFailure(one: Restart, other: Restart): boolean {
  return (
    one.cause === other.cause &&
    one.traceback?.exception === other.traceback?.exception &&
    one.traceback?.message === other.traceback?.message
  );
}

function isFailedBoot({cause}: Restart): boolean {
  return cause === 'boot-error' || cause === 'boot-exit' || cause === 'boot-timeout';
}

/** A worker this young that ended unseen amid failed boots. */
const youngSeconds = 5;

/** Of some turns of a fast loop too little is seen to name their cause: they belong to it, and are counted apart. */
export function isUnclear({cause, worker}: Restart): boolean {
  return cause === 'unknown' && worker.ageSeconds < youngSeconds;
}

/** How many a minute, from the times of a loop; undefined where they are too close to each other to tell. */
export function loopRate(loop: readonly Restart[]): number | undefined {
  const spanMs = (loop[0]?.atMs ?? 0) - (loop.at(-1)?.atMs ?? 0);
  return spanMs >= 1000 ? ((loop.length - 1) * 60_000) / spanMs : undefined;
}
