/**
 * What gunicorn's releases do differently, as questions with a name.
 *
 * Each answer is undefined when the version is not known: then nothing may be concluded from a line that is missing.
 */

/** "23.0.0" as numbers; a suffix ("rc1", ".dev0") is left out. Undefined for anything that does not start with a number. */
function partsOf(version: string): readonly number[] | undefined {
  const match = /^\d{1,6}(?:\.\d{1,6}){0,5}/.exec(version.trim());
  return match?.[0].split('.').map(Number);
}

/** Negative when `left` is the older one, 0 when equal, positive when newer; undefined when either is not a version. */
export function compareVersions(left: string, right: string): number | undefined {
  const [a, b] = [partsOf(left), partsOf(right)];
  if (a === undefined || b === undefined) return undefined;

  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }

  return 0;
}

/** Whether `version` is `atLeast` or newer; undefined when it is not known. */
export function isAtLeast(version: string | undefined, atLeast: string): boolean | undefined {
  const order = version === undefined ? undefined : compareVersions(version, atLeast);
  return order === undefined ? undefined : order >= 0;
}

/** Whether a reload waits up to `graceful_timeout` for the old workers, and kills nobody meanwhile: since 24.0 (arbiter.py 24.0 reload). */
export function waitsInReload(version: string | undefined): boolean | undefined {
  return isAtLeast(version, '24.0');
}

/** Whether the master prints a worker's exit code when it is not 0: since 21.0 (arbiter.py 21.2:527). Exit 0 is never printed. */
export function logsExitCodes(version: string | undefined): boolean | undefined {
  return isAtLeast(version, '21.0');
}

/** Whether the master prints that a worker was ended by a signal: since 20.1 (arbiter.py 20.1:530). */
export function logsSignalDeaths(version: string | undefined): boolean | undefined {
  return isAtLeast(version, '20.1');
}

/** Whether every SIGKILL is printed with "Perhaps out of memory?", whatever sent it: since 21.0 (arbiter.py 21.2:551). */
export function hintsAtMemoryForEveryKill(version: string | undefined): boolean | undefined {
  return isAtLeast(version, '21.0');
}

/**
 * Whether `timeout` also ends a worker that hangs while it boots: only up to 21.2. From 22.0 the heartbeat file starts
 * with a wall-clock mtime that is compared with the monotonic clock, so the age is negative until the first heartbeat.
 */
export function killsHungBoot(version: string | undefined): boolean | undefined {
  const since22 = isAtLeast(version, '22.0');
  return since22 === undefined ? undefined : !since22;
}

/**
 * Whether a sync worker that is aborted for a timeout in Python code leaves with exit code 0: since 22.0, where the
 * SystemExit of the abort handler is caught around the request (sync.py 22.0:198). Before, it is exit code 1.
 */
export function exitsCleanlyAfterTimeout(version: string | undefined): boolean | undefined {
  return isAtLeast(version, '22.0');
}

/** Whether the heartbeat carries CLOCK_MONOTONIC in the file's mtime: since 22.0 (workertmp.py 22.0:43). */
export function beatsMonotonic(version: string | undefined): boolean | undefined {
  return isAtLeast(version, '22.0');
}

/** Whether children are reaped in the master's main loop and not inside its SIGCHLD handler: since 24.0. */
export function reapsInMainLoop(version: string | undefined): boolean | undefined {
  return isAtLeast(version, '24.0');
}

/**
 * Whether a line "Worker (pid:N) …" of the master may be about a process that never was a worker: up to 26.0 any child
 * it reaps is called one, such as an adopted orphan where the master is PID 1 (arbiter.py 26.1:647 tells them apart).
 */
export function callsEveryChildWorker(version: string | undefined): boolean | undefined {
  const tellsApart = isAtLeast(version, '26.1');
  return tellsApart === undefined ? undefined : !tellsApart;
}
