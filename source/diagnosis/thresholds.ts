/** Every number that a verdict depends on: its unit, its value, why, and where it comes from. Those of the history itself are in ledger/limits.ts. */

/** A death this long after "WORKER TIMEOUT" is still that timeout. SIGKILL comes 1.0 s after SIGABRT (arbiter.py murder_workers, measured 1.002 s); a process in disk sleep dies only when the disk answers. */
export const killedAfterTimeoutLineMs = 15_000;

/** The arbiter looks once a second, so a worker dies at `timeout` plus 0 to about 1.1 s; a clock or sampling error of half a second is allowed below it. */
export const timeoutToleranceMs = 500;

/** How far below `timeout` the silence must be for a timeout to be excluded. */
export const clearlyBelowTimeoutMs = 1000;

/** The time stamp of a heartbeat is that of the kernel's last tick: 4 ms, 10 ms on kernels of 100 Hz; and a sample takes a moment itself. */
export const heartbeatGrainMs = 20;

/** A master that is alive this long after a death, and was not told to stop, went on: its loop takes at most 1.0 s. */
export const wentOnForMs = 1000;

/** A stop that reaches the workers by itself, from a terminal or a service manager, is printed by the master within this time. */
export const stopPrintedWithinMs = 2000;

/** The last workers of a stopping master are this close to its own end: it looks for them every 0.1 s (arbiter.py stop). */
export const endsWithMasterMs = 3000;

/** What happens by chance in this share of all cases is not taken for the reason of what was seen. */
export const atOnceShare = 0.1;

/** Of a halt whose beginning is not known, only the deaths this shortly before its last words are counted: idle workers end within a second (arbiter.py halt, stop). */
export const haltNearMs = 3000;

/** A worker that fails while it boots prints why, and is gone within this time. */
export const bootFailurePrintedWithinMs = 5000;

/** A worker that ends this young and of which it is not known that it served may have failed to boot. */
export const bootingForMs = 30_000;

/** A worker this old has booted, unless it hangs: the default timeout of 30 s, twice. */
export const surelyBootedAfterMs = 60_000;

/** A record is read up to one sample after it was printed: what a worker did before it is looked at further back than that. */
export const onsetMarginMs = 250;

/** What a worker did at its end is read off the samples of its last second; older ones tell of something else. */
export const tellingWithinMs = 1000;

/** What was seen longer than this before an end tells nothing of it: ten samples that did not come. */
export const lookTellsWithinMs = 2500;

/** A worker that quits sleeps 0.1 s before it says so (workers/base.py handle_quit and the reloader of init_process); the rest is for a late tick. */
export const quitPauseMs = 150;

/** The kernel chooses a victim and kills it in one go; a victim may take some time to give its memory back before it is gone. */
export const victimToldWithinMs = 5000;

/** A verdict waits this long for late log records; with one sample of 250 ms it stays below the promised 2 s. */
export const settleAfterMs = 1250;

/**
 * When a death is judged again though nothing about it was read: its replacement has booted, or has not; the master
 * went on; and after two minutes no successor came.
 */
export const looksAfterMs = [1250, 2500, 5000, 10_000, 121_250] as const;

/** While a life is this young in its grave, new facts may still change its verdict. */
export const revisableForMs = 10_000;

/** How a master ended is told this long after it was missed, when its last log records have been read. */
export const farewellAfterMs = 1000;

/** A successor this soon after a shutdown means that a supervisor replaced the master. */
export const successorWithinMs = 120_000;

/** Memory that grew by this much, and by this share of where it started, climbed. Below it, allocator noise is as large. */
export const climb = {minimumBytes: 32 * 1024 * 1024, minimumShare: 0.25} as const;

/** The window of an incident: restarts older than this belong to another one. */
export const incidentWindowMs = 15 * 60 * 1000;

/** Fewer unexpected restarts than this are no pattern. */
export const patternNeeds = 3;

/** Intervals or request counts whose standard deviation is below this share of their mean are "fixed". */
export const fixedSpread = 0.15;

/**
 * When workers are recycled together: so many, and so many of all of them, within a time in which none of their
 * replacements may have booted, and which is short against the life of one. Half of the workers away is what clients feel.
 */
export const herd = {atLeast: 3, shareOfWorkers: 0.5, withinMs: 10_000, shareOfLife: 0.2} as const;

/** A boot that failed longer ago than this is no loop any more: gunicorn forks the next within a second, and an import seldom takes longer. */
export const loopsWithinMs = 60_000;

/** What memory showed this shortly before an end was still so: a worker with a slow request is looked at twice a second. */
export const lastWordsWithinMs = 1500;

/** More requests than this nobody begins in a second: by how much a count can have grown since it was read last. */
export const mostRequestsPerSecond = 5000;

/** A share of the time from which on what held a worker up is named as its reason. */
export const notableShare = 0.3;

/** A worker's silence begins with its last heartbeat, and its waiting is read once a second: so close together they began at once. */
export const sameOnsetMs = 2500;

/** Without a good boot to go by, a change on disk is news in a headline for this long: a deploy and its failed boots lie closer together. */
export const changedRecentlyMs = 3600 * 1000;

/** Memory that is watched for less than this was not seen to be flat. */
export const flatAfterMs = 2000;

/** Whose connections a worker holds is read once a second; later where a machine has more to do. */
export const clientsCountedWithinMs = 1500;
