/**
 * The vocabulary of a verdict: causes, branches, confidence, evidence and the four questions.
 *
 * Ids are stable and the same everywhere: code, JSON stream, screen and documentation.
 */
import type {SourceId} from '../source-state.js';

export const causes = [
  'boot-error',
  'boot-timeout',
  'boot-exit',
  'timeout',
  'out-of-memory',
  'crash',
  'app-exit',
  'killed',
  'signalled',
  'max-requests',
  'reload',
  'upgrade',
  'scale-down',
  'code-reload',
  'shutdown',
  'service-restart',
  'master-lost',
  'gave-up',
  'clean-exit',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

/** The guide's first split: it comes from the life (did it ever boot, was it deliberate), not from the cause. */
export type Branch = 'boot' | 'runtime' | 'recycle' | 'platform' | 'unknown';

export type Confidence = 'certain' | 'likely' | 'possible';

export type TimeoutVariant =
  'long-request' | 'silent-client' | 'loop-blocked' | 'draining' | 'stopped' | 'cpu-starved' | 'disk' | 'clock-step';

/** Where a fact was read. `exit-status` is the wait status itself, however it was had. */
export type EvidenceSource = SourceId | 'exit-status' | 'oom-counter' | 'workers';

export type Evidence = {
  readonly source: EvidenceSource;
  /** One short clause, without a full stop, that a person can read aloud. */
  readonly fact: string;
  /** Wall clock of the fact, milliseconds. */
  readonly atMs?: number;
  readonly supports?: Cause;
  readonly contradicts?: Cause;
  /** Set for a log line that something else than gunicorn could have printed: nothing certain rests on it. */
  readonly loose?: true;
};

/** What one cause's rule says of one death. */
export type Judgement = {
  /**
   * confirmed: a fact no other cause produces, and the exit status or gunicorn's own line for that pid.
   * ruled-out: a source that was actually read before and after the death says no.
   * insufficient: the sources that would tell were not readable; `missing` names them.
   */
  readonly verdict: 'confirmed' | 'likely' | 'possible' | 'ruled-out' | 'insufficient';
  readonly evidence: readonly Evidence[];
  readonly missing?: readonly string[];
};

export type Candidate = {readonly cause: Cause; readonly confidence: Confidence};

export type QuestionId = 'doing' | 'phase' | 'pressure' | 'without-traffic';

export type DoingVerdict = 'request' | 'reading-request' | 'booting' | 'idle' | 'draining' | 'stopped' | 'unknown';
export type PhaseVerdict = 'handling-traffic' | 'starting-up' | 'waiting' | 'shutting-down' | 'unknown';
export type PressureVerdict = 'memory-first' | 'timeout-first' | 'cpu-first' | 'neither' | 'unknown';
export type WithoutTrafficVerdict = 'yes' | 'no' | 'probably-yes' | 'probably-no' | 'unknown';

type AnswerOf<Id extends QuestionId, Verdict extends string> = {
  readonly id: Id;
  readonly verdict: Verdict;
  /** One sentence for a person; with `unknown`, the reason. */
  readonly answer: string;
  /** The sources the answer rests on. */
  readonly evidence: readonly EvidenceSource[];
};

/** One of the four questions, answered. A restart carries all four, in this order. */
export type Answer =
  | AnswerOf<'doing', DoingVerdict>
  | AnswerOf<'phase', PhaseVerdict>
  | AnswerOf<'pressure', PressureVerdict>
  | AnswerOf<'without-traffic', WithoutTrafficVerdict>;

export type PatternId =
  | 'on-boot'
  | 'after-traffic-spike'
  | 'fixed-interval'
  | 'fixed-request-count'
  | 'after-memory-climb'
  | 'deliberate'
  | 'mixed'
  | 'too-few';
