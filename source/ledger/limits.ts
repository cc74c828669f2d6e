/** How much of the past the ledger keeps. Every list in it is bounded, so that a day of watching does not grow. */

/** Ten seconds at four samples a second: enough to hold the onset of a silence that a 2-second log delay follows. */
export const glimpsesKept = 40;

/** With one value every two seconds: two minutes. */
export const trendKept = 60;
export const trendEveryMs = 2000;

/**
 * Memory grows when a line through so many sizes over so long rises by at least so much and tells most of how they
 * scatter (the squared correlation); per request it is told of no fewer than these. A worker's allocator takes single
 * megabytes at a time.
 */
export const growth = {
  leastPoints: 5,
  leastSeconds: 10,
  leastBytes: 8 * 1024 * 1024,
  leastFit: 0.8,
  leastRequests: 10,
} as const;

/** The trail of a life: a minute, one point a second, and a tick that comes a hair early counts. */
export const trailKept = 60;
export const trailEveryMs = 950;

export const logFactsKept = 30;
export const kernelFactsKept = 20;
export const masterSignalsKept = 50;
export const masterLogKept = 200;

/** Workers that no sample showed, one by one; and for how many minutes before those it is kept how many failed. */
export const unseenKept = 200;
export const unseenMinutesKept = 20;

/** Two jumps this close together that nothing else explains are a loop: the arbiter forks the next worker within about a second. */
export const hiddenReapsWithinMs = 5000;

/** Ended lives that can still be looked up: a verdict may be revised for two minutes, until a successor of the master is due. */
export const endedKeptForMs = 150_000;
export const endedLivesKept = 500;

/** System-wide readings (memory, backlog, processors), one a second: ten minutes. */
export const pulseKept = 600;
export const pulseEveryMs = 1000;

/** A curve is broken off where nothing was read for this long: a master that is started anew at once leaves less. */
export const trendGapSeconds = 6;

/** A sample that took longer than this tells no rate: nobody knows when in that time each counter was read. */
export const promptlyMs = 100;

/** A rate of now is taken over this long. */
export const rateOverMs = 4500;

/** Deaths and births this close together are one replacement: gunicorn forks about 2 ms after the reap, several with pauses of up to 0.1 s. */
export const replacementWithinMs = 5000;

/** After this the arbiter has certainly noticed an empty place: its loop takes at most 1.0 s (arbiter.py wait_for_signals). */
export const replacementDueMs = 1200;

/** A TTIN forks at once; the birth of its worker is seen within a sample or two. */
export const ordersBirthWithinMs = 2000;

/** Log records for a pid that was not yet seen as a process wait this long for it. */
export const unclaimedForMs = 1500;

/** "Booting worker" is the first thing a worker prints. One for a life known this long is about the next process of its pid. */
export const bootingLineWithinMs = 2000;

/** A record is read this long after it was printed, at the latest: one late sample. */
export const recordReadWithinMs = 1500;

/** A starting master forks its workers with pauses of up to 0.1 s each (arbiter.py spawn_workers). */
export const firstWorkersWithinMs = 5000;
export const firstWorkersPauseMs = 1500;

/** A victim of the OOM killer counts as killed at once, and may be seen alive while the kernel takes its memory back. */
export const killedToGoneMs = 1000;

/** What a worker needs beyond `timeout` and `graceful_timeout` to be gone: the arbiter looks once a second, and kills a second later. */
export const drainMarginMs = 5000;

/** A dead worker's row stays this long, so that a reader sees it go. */
export const deadRowForMs = 8000;

/** Counts of requests that are kept for a rate, one every half a second: five seconds. */
export const countsKept = 10;
export const countEveryMs = 450;

/** Looks at what a worker handled: enough that the second between SIGABRT and SIGKILL does not push out what was before. */
export const looksKept = 12;

/** Paths of requests whose time and memory are kept, and requests of one worker that are followed at a time. */
export const pathsKept = 100;
export const requestsFollowed = 50;

/** Durations of one path: enough for a typical one. */
export const durationsKept = 50;

/** How long a worker waited for a processor, read once a second: two minutes, which outlasts the usual timeouts. */
export const processorWaitsKept = 120;
export const processorWaitEveryMs = 900;

/** A worker that waited for this share of its silence would have had three times as much of the processor alone. */
export const starvedShare = 2 / 3;

/** Two clocks that are read one after the other can differ by the time between; NTP moves a clock by far less without a step. */
export const clockStepMs = 2000;
export const clockStepsKept = 20;

/**
 * A spike: at least `factor` times and `morePerSecond` above the median of the last `usualSeconds`, for `leastSeconds`
 * or more. After `longestSeconds` it is no spike any more but what is usual. A death is laid to one that lasted until
 * `reachesMs` before its onset: the default timeout of 30 s holds back what a spike began. `lateMs` is one reading.
 */
export const spike = {
  factor: 2,
  morePerSecond: 5,
  usualSeconds: 60,
  leastUsualSeconds: 10,
  leastSeconds: 2,
  longestSeconds: 300,
  reachesMs: 30_000,
  lateMs: 1500,
  looksBackMs: 240_000,
} as const;

/** A process's start is told to 10 ms from the boot, and that of the boot only in whole seconds (proc_stat(5), btime). */
export const startErrorMs = 1000;

/** The arbiter looks once a second for a worker that is missing (arbiter.py run); on a busy machine it forks a little later. */
export const forkedWithinMs = 5000;
