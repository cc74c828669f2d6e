/** How much of the past the ledger keeps. Every list in it is bounded, so that a day of watching does not grow. */

/** Ten seconds at four samples a second: enough to hold the onset of a silence that a 2-second log delay follows. */
export const glimpsesKept = 40;

/** With one value every two seconds: two minutes. */
export const trendKept = 60;
export const trendEveryMs = 2000;

export const logFactsKept = 30;
export const masterLogKept = 200;

/** Ended lives that can still be looked up. */
export const endedLivesKept = 500;

/** System-wide readings (memory, backlog), one a second: two minutes. */
export const pulseKept = 120;
export const pulseEveryMs = 1000;

/** Deaths and births this close together are one replacement: gunicorn forks about 2 ms after the reap, several with pauses of up to 0.1 s. */
export const replacementWithinMs = 5000;

/** Log records for a pid that was not yet seen as a process wait this long for it. */
export const unclaimedForMs = 1500;

/** A starting master forks its workers with pauses of up to 0.1 s each (arbiter.py spawn_workers). */
export const firstWorkersWithinMs = 5000;

/** A dead worker's row stays this long, so that a reader sees it go. */
export const deadRowForMs = 8000;
