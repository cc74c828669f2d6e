/** Every number that a verdict depends on: its unit, its value, why, and where it comes from. */

/** A death this long after "WORKER TIMEOUT" is still that timeout. SIGKILL comes 1.0 s after SIGABRT (arbiter.py murder_workers, measured 1.002 s); a process in disk sleep dies only when the disk answers. */
export const killedAfterTimeoutLineMs = 15_000;

/** The arbiter looks once a second, so a worker dies at `timeout` plus 0 to about 1.1 s; a clock or sampling error of half a second is allowed below it. */
export const timeoutToleranceMs = 500;

/** How far below `timeout` the silence must be for a timeout to be excluded. */
export const clearlyBelowTimeoutMs = 1000;

/** After this the arbiter has certainly noticed an empty slot: its loop takes at most 1.0 s (arbiter.py wait_for_signals). */
export const replacementDueMs = 1200;

/** A verdict waits this long for late log records; with one sample of 250 ms it stays below the promised 2 s. */
export const settleAfterMs = 1250;

/** While a life is this young in its grave, new facts may still change its verdict. */
export const revisableForMs = 10_000;

/** A successor this soon after a shutdown means that a supervisor replaced the master. */
export const successorWithinMs = 120_000;

/** The siblings of a failed boot end within this time of the "Shutting down" (arbiter.py halt, stop: SIGTERM to all, polled every 0.1 s), unless they drain. */
export const haltNearMs = 3000;

/** Memory that grew by this much, and by this share of where it started, climbed. Below it, allocator noise is as large. */
export const climb = {minimumBytes: 32 * 1024 * 1024, minimumShare: 0.25} as const;

/** The window of an incident: restarts older than this belong to another one. */
export const incidentWindowMs = 15 * 60 * 1000;

/** Fewer unexpected restarts than this are no pattern. */
export const patternNeeds = 3;

/** Intervals or request counts whose standard deviation is below this share of their mean are "fixed". */
export const fixedSpread = 0.15;
