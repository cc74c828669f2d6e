/**
 * The door of this room: reads what a gunicorn master and its workers hold in memory, from outside.
 *
 * Everything goes through positioned reads of `/proc/<pid>/mem`: nothing is stopped, traced, signalled or executed. A
 * read can block while the target's memory is locked or swapped in, so this belongs in a thread of its own. What could
 * not be verified is left out, never guessed.
 */
import type {Peeked, ProcessId, Reading, WorkerPeek} from '../observation.js';

export type PeekOptions = {
  /** Where procfs is mounted; `/proc` when absent. */
  readonly root?: string;
  /** Keeps the query of a request's path, as the user asked with `--show-query`. */
  readonly showQuery?: boolean;
};

/** What one read of the master's memory told. */
export type MasterPeek = NonNullable<Peeked['master']>;

export type WorkerPeekOptions = {
  /** Reads the stack of every thread, the requests in flight and the reason of the spawn too; else only the counters. */
  readonly stack: boolean;
};

export type PeekReader = {
  /** The interpreter in words, "CPython 3.11.7". */
  readonly interpreter: string;
  /** The arbiter's counter and its effective settings, as they stand now. */
  readonly readMaster: () => Reading<MasterPeek>;
  /** One worker; where nothing could be read, `why` says what stands in the way. */
  readonly readWorker: (id: ProcessId, options: WorkerPeekOptions) => WorkerPeek;
  /** Lets go of a worker that has ended: its descriptor and what was remembered of it. */
  readonly forgetWorker: (id: ProcessId) => void;
  /** Closes every descriptor; nothing may be read afterwards. */
  readonly close: () => void;
};

/**
 * Opens the master's memory, recognises the interpreter and finds the arbiter, each with its self-checks. Every reason
 * not to read, from a missing permission to an unknown Python, comes back in words; then nothing stays open.
 */
export function openPeekReader(masterPid: number, options: PeekOptions = {}): Reading<PeekReader> {
  void masterPid;
  void options;
  return {kind: 'unsupported', why: 'reading memory is not part of this version'};
}
