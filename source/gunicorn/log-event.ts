/**
 * The log records of gunicorn and its worker classes that mean something to the history of a worker, as data.
 *
 * Texts follow gunicorn 19.9 to 26.1; `gunicorn/log-lines.ts` recognises them, this file only names them.
 */

export type StackFrame = {readonly file: string; readonly line: number; readonly function: string};

/** A Python traceback: innermost frame last, as Python prints it. Bounded to the last 40 frames. */
export type Traceback = {
  readonly frames: readonly StackFrame[];
  /** The exception's class, for example "ModuleNotFoundError". */
  readonly exception?: string;
  /** Its message, masked and cut to 300 characters. */
  readonly message?: string;
};

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

/** What a record says, by kind. */
export type Said =
  | {readonly event: 'starting'; readonly version: string}
  | {readonly event: 'listening'; readonly addresses: readonly string[]}
  | {readonly event: 'using-worker'; readonly workerClass: string}
  | {readonly event: 'booting'; readonly pid: number}
  | {readonly event: 'worker-exiting'; readonly pid: number}
  | {readonly event: 'worker-timeout'; readonly pid: number}
  | {readonly event: 'exited-with-code'; readonly pid: number; readonly code: number}
  /**
   * gunicorn 20.1 "was terminated due to signal N", 21 and newer "was sent SIGX!"; `outOfMemoryHint` is gunicorn's own
   * guess. Only 21 to 23 tell of a core dump: for other versions `core` is false whether there was one or not.
   */
  | {
      readonly event: 'died-by-signal';
      readonly pid: number;
      readonly signal: string;
      readonly core: boolean;
      readonly outOfMemoryHint: boolean;
    }
  /** The emitting worker reached its request limit. */
  | {readonly event: 'autorestarting'}
  /** `--reload` saw this file change. */
  | {readonly event: 'code-changed'; readonly file: string}
  | {readonly event: 'parent-changed'; readonly pid?: number}
  /** Lower-case signal name without SIG, as the master prints it. */
  | {readonly event: 'handling-signal'; readonly signal: string}
  | {readonly event: 'hang-up'}
  | {readonly event: 'shutting-down'}
  | {readonly event: 'halted'; readonly reason: 'worker-failed-to-boot' | 'app-failed-to-load'}
  /** `path` has no query; both are absent when no request line had been read (`noRequestRead`). */
  | {
      readonly event: 'request-error';
      readonly method?: string;
      readonly path?: string;
      readonly noRequestRead: boolean;
    }
  | {readonly event: 'exception-in-worker'}
  /** The plain message of an application that could not be found or made: "Failed to find attribute 'nope' in 'app'." */
  | {readonly event: 'app-load-error'; readonly message: string}
  | {readonly event: 'lifespan-failed'; readonly message?: string}
  | {readonly event: 'booted'}
  | {readonly event: 'promoted'}
  | {readonly event: 'dirty-worker-timeout'; readonly pid: number}
  | {readonly event: 'graceful-timeout'; readonly pid: number}
  /** A traceback without a header that concerns a worker or the master: preload failure, HaltServer, a bad config file. */
  | {readonly event: 'bare-traceback'}
  /** A record at ERROR or above that is none of the above; kept to be shown beside a restart. */
  | {readonly event: 'other'};

export type LogEvent = Said & {
  /** What the line's own time stamp says, milliseconds since the epoch; one second of granularity. */
  readonly wallMs?: number;
  /** The pid in brackets: of whoever printed it, in its own pid namespace. */
  readonly emitterPid?: number;
  readonly level?: LogLevel;
  readonly traceback?: Traceback;
  /**
   * Set when the line had no header that is known and the message was found inside it. Whatever prints text of a
   * client could have forged such a line, so nothing certain rests on it.
   */
  readonly loose?: true;
  /** The message as printed: control characters stripped, secrets masked, cut to 300 characters. */
  readonly text: string;
};
