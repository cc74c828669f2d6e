/**
 * The objects of the NDJSON stream, version 1: exactly these keys, and a key whose value is unknown is left out.
 *
 * Times are ISO 8601 in UTC with milliseconds, everything else is a number in the unit its name says. Programs read
 * this, so a key never changes its meaning within a version.
 */
import type {
  Branch,
  Candidate,
  Cause,
  Confidence,
  EvidenceSource,
  PatternId,
  QuestionId,
  TimeoutVariant,
} from '../diagnosis/verdict.js';
import type {ExitStatus} from '../observation.js';
import type {SourceId, SourceState} from '../source-state.js';
import type {MasterEventKind, WorkerState} from '../snapshot.js';

/** Other children of a master are not in the stream. */
export type StreamedKind = 'worker' | 'dirty';

type RequestEvent = {readonly method?: string; readonly path?: string; readonly ageSeconds?: number};

export type AttachedEvent = {
  readonly v: 1;
  readonly type: 'attached';
  readonly at: string;
  readonly target: string;
  readonly master: {
    readonly pid: number;
    readonly startedAt?: string;
    readonly app?: string;
    readonly version?: string;
    readonly workerClass?: string;
    readonly workers?: number;
    readonly timeoutSeconds?: number;
    readonly gracefulTimeoutSeconds?: number;
    readonly maxRequests?: number;
    readonly maxRequestsJitter?: number;
    readonly bind?: readonly string[];
  };
  readonly sources: ReadonlyArray<{
    readonly id: SourceId;
    readonly state: SourceState['state'];
    readonly why?: string;
  }>;
};

export type SampleEvent = {
  readonly v: 1;
  readonly type: 'sample';
  readonly at: string;
  readonly lateMs: number;
  readonly workers: ReadonlyArray<{
    readonly pid: number;
    readonly nsPid?: number;
    readonly kind?: StreamedKind;
    readonly generation: number;
    readonly ageSeconds: number;
    readonly state?: Exclude<WorkerState, 'alive' | 'dead'>;
    readonly heartbeatAgeSeconds?: number;
    readonly requests?: number;
    readonly requestsPerSecond?: number;
    readonly cpuPercent?: number;
    readonly rssBytes?: number;
    readonly request?: RequestEvent;
  }>;
  readonly traffic?: {
    readonly requestsPerSecond?: number;
    readonly backlog?: number;
    readonly backlogLimit?: number;
  };
  readonly memory?: {readonly usedBytes?: number; readonly limitBytes?: number};
};

export type RestartEvent = {
  readonly v: 1;
  readonly type: 'restart';
  readonly id: string;
  readonly revision: number;
  readonly at: string;
  readonly master: {readonly pid: number};
  readonly worker: {
    readonly pid: number;
    readonly nsPid?: number;
    readonly kind?: StreamedKind;
    readonly startedAt?: string;
    readonly ageSeconds: number;
    readonly requests?: number;
    readonly maxRequests?: number;
    readonly exit?: ExitStatus;
  };
  readonly replacement?: {readonly pid: number; readonly at: string; readonly bootSeconds?: number};
  readonly branch: Branch;
  readonly cause: Cause;
  readonly variant?: TimeoutVariant;
  readonly during?: 'reload' | 'max-requests' | 'scale-down';
  readonly confidence: Confidence;
  readonly expected?: boolean;
  readonly summary: string;
  readonly request?: RequestEvent;
  readonly blockedOn?: string;
  readonly stack?: readonly string[];
  readonly evidence: ReadonlyArray<{
    readonly source: EvidenceSource;
    readonly fact: string;
    readonly at?: string;
    readonly supports?: Cause;
    readonly contradicts?: Cause;
  }>;
  readonly questions: ReadonlyArray<{
    readonly id: QuestionId;
    readonly verdict: string;
    readonly answer: string;
    readonly evidence: readonly EvidenceSource[];
  }>;
  readonly candidates: readonly Candidate[];
  readonly onsets?: {
    readonly heartbeatAt?: string;
    readonly memoryAt?: string;
    readonly cpuAt?: string;
    readonly trafficAt?: string;
  };
  readonly lost?: {readonly inFlight?: number; readonly secondsBelowTarget?: number; readonly drops?: number};
  readonly reconstructed?: true;
};

export type MissedEvent = {
  readonly v: 1;
  readonly type: 'missed';
  readonly at: string;
  readonly count: number;
  readonly atLeast: boolean;
  readonly why: string;
};

export type MasterLine = {
  readonly v: 1;
  readonly type: 'master';
  readonly at: string;
  readonly event: MasterEventKind;
  readonly pid: number;
};

export type PatternEvent = {
  readonly v: 1;
  readonly type: 'pattern';
  readonly at: string;
  readonly pattern: PatternId;
  readonly branch: Branch;
  readonly summary: string;
  readonly restarts: number;
  readonly expected: number;
};

export type DetachedEvent = {readonly v: 1; readonly type: 'detached'; readonly at: string; readonly why: string};

/** One line of the stream. */
export type StreamEvent =
  AttachedEvent | SampleEvent | RestartEvent | MissedEvent | MasterLine | PatternEvent | DetachedEvent;
