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
    const newer = run?.at(-1);
    if (run && newer && isSameLoop(newer, restart)) {
      run.push(restart);
    } else {
      runs.push([restart]);
    }
  }
  return runs.flatMap((run) => (run.length >= loopFrom ? [run] : run.map((restart) => [restart])));
}

function isSameLoop(newer: Restart, older: Restart): boolean {
  return (
    isFailedBoot(newer) &&
    newer.cause === older.cause &&
    newer.traceback?.exception === older.traceback?.exception &&
    newer.traceback?.message === older.traceback?.message &&
    newer.atMs - older.atMs <= nextWithinMs
  );
}

function isFailedBoot({cause}: Restart): boolean {
  return cause === 'boot-error' || cause === 'boot-exit' || cause === 'boot-timeout';
}

/** How many a minute, from the times of a loop; undefined where they are too close to each other to tell. */
export function loopRate(loop: readonly Restart[]): number | undefined {
  const spanMs = (loop[0]?.atMs ?? 0) - (loop.at(-1)?.atMs ?? 0);
  return spanMs >= 1000 ? ((loop.length - 1) * 60_000) / spanMs : undefined;
}
