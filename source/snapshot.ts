/**
 * The one frozen value that everything outside the core draws from: the screen, the stream and the report.
 *
 * Live, replayed and joined sessions produce the same type, and no view can tell which one it is looking at.
 */
import type {Settings} from './gunicorn/settings.js';
import type {Traceback} from './gunicorn/log-event.js';
import type {
  Answer,
  Branch,
  Candidate,
  Cause,
  Confidence,
  Evidence,
  PatternId,
  TimeoutVariant,
} from './diagnosis/verdict.js';
import type {ChildKind, ExitStatus, Moment, SourceState} from './observation.js';

export type WorkerState =
  'booting' | 'hung-boot' | 'idle' | 'busy' | 'stuck' | 'draining' | 'stopped' | 'orphan' | 'alive' | 'dead';

export type RequestSeen = {readonly method?: string; readonly path?: string; readonly ageSeconds?: number};

/** A request count and where it comes from, for example "access log". */
export type RequestCount = {readonly count: number; readonly source: string};

/** One row of the worker table. `alive` is the state of a worker of which only its existence is readable. */
export type WorkerRow = {
  /** `pid@startTicks`, the same for every observer. */
  readonly id: string;
  readonly pid: number;
  readonly nsPid?: number;
  readonly kind: ChildKind;
  /** 1 for the workers found or forked first; a reload starts the next. */
  readonly generation: number;
  readonly ageSeconds: number;
  readonly state: WorkerState;
  readonly heartbeatAgeSeconds?: number;
  /** Seconds until gunicorn's arbiter may kill it for a silent heartbeat; only while it is `stuck` or close to it. */
  readonly killInSeconds?: number;
  readonly requests?: RequestCount;
  readonly requestsPerSecond?: number;
  /** 100 = one full core. Undefined until two samples exist. */
  readonly cpuPercent?: number;
  readonly rssBytes?: number;
  /** RSS over time, oldest first, one value every few seconds, at most 60. */
  readonly rssTrend: readonly number[];
  /** What it does now, in a few words: "waiting", "reading from a client", "on the CPU", "recv 10.0.3.7:5432 (postgresql)". */
  readonly now: string;
  readonly request?: RequestSeen;
  /** Only for a dead row that is kept for some seconds. */
  readonly ended?: {readonly cause?: Cause; readonly atMs: number};
};

/** One worker's life that ended, with its verdict. The key figures are those of the JSON stream. */
export type Restart = {
  readonly id: string;
  /** Starts at 1; a later fact that changes the verdict makes the next. */
  readonly revision: number;
  /** The moment of death, milliseconds. */
  readonly atMs: number;
  readonly master: {readonly pid: number};
  readonly worker: {
    readonly pid: number;
    readonly nsPid?: number;
    readonly kind: ChildKind;
    readonly startedMs: number;
    readonly ageSeconds: number;
    readonly requests?: number;
    readonly maxRequests?: number;
    readonly exit?: ExitStatus;
    readonly rssBytes?: number;
  };
  readonly replacement?: {readonly pid: number; readonly atMs: number; readonly bootSeconds?: number};
  readonly branch: Branch;
  readonly cause: Cause;
  readonly variant?: TimeoutVariant;
  /** For a drain that overran: what it was draining for. */
  readonly during?: 'reload' | 'max-requests' | 'scale-down';
  readonly confidence: Confidence;
  /** Undefined while it cannot be told (a shutdown of unknown origin, an unknown end). */
  readonly expected?: boolean;
  /** One line of why. */
  readonly summary: string;
  readonly request?: RequestSeen;
  readonly blockedOn?: string;
  /** "views.py:88 charge_card", innermost application frame first. */
  readonly stack?: readonly string[];
  readonly traceback?: Traceback;
  readonly evidence: readonly Evidence[];
  /** The four questions in their order. */
  readonly questions: readonly Answer[];
  readonly candidates: readonly Candidate[];
  readonly onsets: {readonly heartbeatAtMs?: number; readonly memoryAtMs?: number};
  readonly lost: {readonly inFlight?: number; readonly secondsBelowTarget?: number};
  /** Rebuilt from the log, from before the attach. */
  readonly reconstructed?: true;
};

/** Deaths that are known to have happened without being seen one by one. */
export type Missed = {readonly atMs: number; readonly count: number; readonly atLeast: boolean; readonly why: string};

export type MasterEventKind = 'reload' | 'upgrade' | 'scaled' | 'ended' | 'lost' | 'gave-up' | 'back';
export type MasterEvent = {readonly atMs: number; readonly event: MasterEventKind; readonly pid: number};

/** The incident as a whole, from all restarts in the window. */
export type Pattern = {
  readonly pattern: PatternId;
  readonly branch: Branch;
  readonly summary: string;
  readonly restarts: number;
  readonly expected: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
};

/** The first thing a reader sees. `label` is one upper-case word, `text` one sentence. */
export type Headline = {
  readonly status: 'healthy' | 'incident' | 'recycle' | 'watching' | 'waiting';
  readonly label: string;
  readonly text: string;
  readonly sinceMs?: number;
  readonly lastMs?: number;
};

export type MasterView = {
  readonly pid: number;
  readonly nsPid?: number;
  readonly startedMs: number;
  readonly user?: string;
  readonly settings: Settings;
  /** False once it is gone and before a successor is found. */
  readonly alive: boolean;
};

/** A boot loop folded into one fact. */
export type BootLoop = {
  readonly count: number;
  readonly atLeast: boolean;
  readonly perMinute?: number;
  readonly lastMs: number;
  /** The newest boot failure's traceback, when the log is readable. */
  readonly traceback?: Traceback;
};

export type Snapshot = {
  readonly at: Moment;
  readonly target: string;
  readonly master?: MasterView;
  readonly workers: readonly WorkerRow[];
  /** Newest first. Bounded. */
  readonly restarts: readonly Restart[];
  readonly missed: readonly Missed[];
  readonly masterEvents: readonly MasterEvent[];
  readonly bootLoop?: BootLoop;
  readonly pattern: Pattern;
  readonly headline: Headline;
  readonly traffic: {
    readonly requestsPerSecond?: number;
    readonly backlog?: number;
    readonly backlogLimit?: number;
    /** Accept queue over time, oldest first, one value a second, at most 60. */
    readonly backlogTrend: readonly number[];
  };
  readonly memory: {
    readonly usedBytes?: number;
    readonly limitBytes?: number;
    /** Sum of the workers' RSS. Counts shared pages once per worker. */
    readonly workersRssBytes?: number;
    readonly trend: readonly number[];
  };
  readonly sources: readonly SourceState[];
  /** Why request counts are not known, when they are not. */
  readonly requestsUnknownBecause?: string;
};
