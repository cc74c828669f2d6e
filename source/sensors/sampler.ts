/**
 * All sensors of one attached master, read at the cadence each of them can bear.
 *
 * Every call reads the children, their state, heartbeat and system call (made for 4 Hz); whatever costs more is
 * read at most once a second. It draws no conclusions and has no timer: the session calls it.
 */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Attached, Moment, Observation, Sample} from '../observation.js';
import type {SourceId, SourceState} from '../source-state.js';
import type {Exits} from './exits.js';

export type SamplerOptions = {
  /** Where procfs is mounted. */
  readonly root?: string;
  /** Sources to leave alone. `processes` cannot be left out. */
  readonly without?: ReadonlySet<SourceId>;
  /** How far back the log is read for facts and history. */
  readonly historyBytes?: number;
  /** Whether the log is read back for restarts from before the attach. */
  readonly history?: boolean;
  /** The sampler of the master before: where it read the same log to, this one goes on, and no line is lost between. */
  readonly after?: Sampler;
  /** The source of exact exit statuses; that of this machine when absent. */
  readonly exits?: Exits;
  /** When the sampler is opened. */
  readonly at?: Moment;
  /** The clocks of this machine when absent. */
  readonly clock?: () => Moment;
};

export type Sampler = {
  /** The first observation of this master, made once every available source is armed. */
  readonly attached: (target: string, at: Moment) => Attached;
  /** The sources as they stand now. */
  readonly sources: () => readonly SourceState[];
  /** Log records from before the attach, oldest first. */
  readonly history: readonly LogEvent[];
  /**
   * One tick: sources that changed, what the log said, the sample, and the end of the master when it is gone.
   * `at` is when the tick began, and `lateMs` how much later than planned that was.
   */
  readonly observe: (at: Moment, lateMs: number) => readonly Observation[];
  /**
   * The sample alone. Listeners, network, memory and processors are in about one sample a second. A child that ended is in one more
   * sample, with state `Z` or `X`, its last heartbeat, and its exit status where a source tells it.
   */
  readonly sample: (at: Moment, lateMs: number) => Sample;
  /** True from the tick on in which the master was found gone. Orphaned workers are still sampled. */
  readonly masterIsGone: () => boolean;
  /** How many processes are still watched: after the end of the master, its orphans. */
  readonly watched: () => number;
  /** Where each log file has been read to, for the sampler of the next master. */
  readonly logPositions?: () => ReadonlyMap<string, number>;
  /** Up to when the journal has been read, wall clock in microseconds. */
  readonly journalReadUntilUs?: () => number | undefined;
  /** Closes every descriptor. Nothing may be called after it. */
  readonly closeAll: () => void;
};
