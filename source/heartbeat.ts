/** The worker's heartbeat file as it stood (see gunicorn/heartbeat.ts for what the fields mean per version). */
export type Heartbeat = {
  /** Wall clock of the last heartbeat: the file's ctime, whole milliseconds. */
  readonly changedWallMs: number;
  /** CLOCK_MONOTONIC of the last heartbeat, whole milliseconds; only gunicorn 22 and newer writes it. */
  readonly beatMonotonicMs?: number;
  /** Whether the worker has notified at least once, which it does first when it has booted. */
  readonly notified: boolean;
};
