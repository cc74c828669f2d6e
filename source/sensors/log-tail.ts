/** Follows the logs of one master through its own descriptors: error log, captured output, and access log for its counts. */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {SourceState} from '../observation.js';

/** What the logs said since the last read. */
export type LogRead = {
  readonly events: readonly LogEvent[];
  /** Access log lines by the worker's pid, in its own pid namespace; empty when the lines carry none. */
  readonly requests: ReadonlyArray<{readonly pid: number; readonly count: number}>;
  /** Bytes that were passed over because one read is bounded. */
  readonly skippedBytes: number;
};

export type LogTail = {
  readonly state: () => SourceState;
  /** Records that were in the log before the attach, oldest first: history, not news. */
  readonly history: readonly LogEvent[];
  /** Whether the access log carries pids; undefined until its lines have been seen. */
  readonly accessCarriesPid: () => boolean | undefined;
  /** Reads what was appended, at most 256 KiB a file. */
  readonly read: () => LogRead;
  /** Looks again at the master's descriptors: after USR1 they lead to other files. About once a second. */
  readonly rescan: () => void;
  /** From now on the files held are followed for this master, which a supervisor started after the last one. */
  readonly adopt: (masterPid: number) => void;
  readonly close: () => void;
};

/** Never fails: when no log can be read, `state` says what stands in the way. `historyBytes` is read back from each end. */
export function openLogTail(
  _masterPid: number,
  _options: {readonly root?: string; readonly historyBytes?: number} = {},
): LogTail {
  throw new Error('not built yet');
}
