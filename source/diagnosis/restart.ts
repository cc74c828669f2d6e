/** One ended life with its verdict, the four answers and the harm: what the list, the stream and the report show. */
import type {BootFailure} from '../gunicorn/boot-failure.js';
import type {Traceback} from '../gunicorn/log-event.js';
import type {ChildKind, ExitStatus} from '../observation.js';
import type {RequestSeen} from '../ledger/worker-row.js';
import type {ChangeBefore} from './boot-change.js';
import type {LogLine, TrailMoment} from './last-moments.js';
import type {Lost} from './lost.js';
import type {Onsets} from './questions/pressure.js';
import type {Answer, Branch, Candidate, Cause, Confidence, Evidence, TimeoutVariant} from './verdict.js';

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
    /** Where the count of requests comes from, in words. */
    readonly requestsFrom?: string;
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
  /** Why it could not boot: the kind of mistake, and where. */
  readonly bootFailure?: BootFailure;
  /** What was changed last on disk before a boot that failed. */
  readonly changed?: ChangeBefore;
  readonly evidence: readonly Evidence[];
  /** The four questions in their order. */
  readonly questions: readonly Answer[];
  readonly candidates: readonly Candidate[];
  readonly onsets: Onsets & {readonly trafficAtMs?: number};
  readonly lost: Lost;
  /** Its last minute on the way to its death, oldest first; kept for the newest restarts only. */
  readonly trail?: readonly TrailMoment[];
  /** What gunicorn, or the worker itself, printed about it, oldest first, bounded; kept for the newest restarts only. */
  readonly log?: readonly LogLine[];
  /** Rebuilt from the log, from before the attach. */
  readonly reconstructed?: true;
};
