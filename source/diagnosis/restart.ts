/** One ended life with its verdict, the four answers and the harm: what the list, the stream and the report show. */
import type {BootFailure} from '../gunicorn/boot-failure.js';
import type {Traceback} from '../gunicorn/log-event.js';
import type {ChildKind, ExitStatus} from '../observation.js';
import type {RequestSeen} from '../ledger/worker-row.js';
import {circumstancesOf} from '../ledger/circumstances.js';
import type {Circumstances} from '../ledger/circumstances.js';
import type {Ledger} from '../ledger/ledger.js';
import {lifeKey, sameProcess} from '../ledger/life.js';
import type {Life, LifeEnd} from '../ledger/life.js';
import {changedBefore} from './changed-before.js';
import {requestsBegunOf} from '../ledger/life-memory.js';
import {decide} from './decide.js';
import {lastDoing} from './last-doing.js';
import {lastMomentsOf} from './last-moments.js';
import type {LogLine, TrailMoment} from './last-moments.js';
import {doing} from './questions/doing.js';
import {phase} from './questions/phase.js';
import {onsetsOf, pressure} from './questions/pressure.js';
import {withoutTraffic} from './questions/without-traffic.js';
import {summaryOf} from './summary.js';
import {timeoutVariant} from './timeout-variant.js';
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
  readonly evidence: readonly Evidence[];
  /** The four questions in their order. */
  readonly questions: readonly Answer[];
  readonly candidates: readonly Candidate[];
  readonly onsets: {readonly heartbeatAtMs?: number; readonly memoryAtMs?: number};
  readonly lost: {readonly inFlight?: number; readonly secondsBelowTarget?: number};
  /** Its last minute on the way to its death, oldest first; kept for the newest restarts only. */
  readonly trail?: readonly TrailMoment[];
  /** What gunicorn, or the worker itself, printed about it, oldest first, bounded; kept for the newest restarts only. */
  readonly log?: readonly LogLine[];
  /** Rebuilt from the log, from before the attach. */
  readonly reconstructed?: true;
};

/** Judges an ended life by all that the ledger holds now. `revision` is what the caller says it is. */
export function restartOf(ledger: Ledger, life: Life & {readonly end: LifeEnd}, revision: number): Restart {
  const c = circumstancesOf(ledger, life);
  const verdict = decide(c);
  const last = lastDoing(c, verdict.cause);
  const {variant, during} = verdict.cause === 'timeout' ? timeoutVariant(c, last) : {};
  const {cause, branch, confidence, expected, evidence, candidates} = verdict;
  const hasRequest = last.path !== undefined || last.ageSeconds !== undefined;
  return {
    id: lifeKey(life.id),
    revision,
    atMs: deathMs(ledger, life),
    master: {pid: life.master.pid},
    worker: workerOf(c),
    ...replacementOf(ledger, life),
    branch,
    cause,
    ...(variant && {variant}),
    ...(during && {during}),
    confidence,
    ...(expected !== undefined && {expected}),
    summary: summaryOf(c, verdict, last, variant),
    ...(hasRequest && last.verdict === 'request' && {request: pick(last)}),
    ...(last.blockedOn && {blockedOn: last.blockedOn}),
    ...(last.stack && {stack: last.stack}),
    ...(last.traceback && {traceback: last.traceback}),
    ...(cause === 'boot-error' && last.failure && {bootFailure: last.failure}),
    evidence: [...evidence, ...changedBefore(c, cause)],
    questions: [doing(last), phase(last), pressure(c), withoutTraffic(c, cause, last)],
    candidates,
    onsets: onsetsOf(c),
    // A deliberate end lets the request in hand finish.
    lost: lostBy(ledger, life, last.verdict === 'request' && expected === false ? (last.inFlight ?? 1) : 0),
    ...lastMomentsOf(life, {atMs: deathMs(ledger, life), ...(c.silence && {silentMs: c.silence.atMostMs})}),
  };
}

/**
 * The death lies between the last sample with the worker and the first without it. gunicorn forks a replacement some
 * milliseconds after the reap, so the replacement's start, read to 10 ms, is the better clock when there is one. An heir
 * that was forked before tells nothing.
 */
function deathMs(ledger: Ledger, life: Life & {readonly end: LifeEnd}): number {
  const forkedMs = life.replacedBy && findReplacement(ledger, life)?.startedMs;
  if (forkedMs === undefined) return life.end.at.wallMs;
  return Math.min(life.end.at.wallMs, Math.max(life.lastSeen.wallMs, forkedMs));
}

function pick({method, path, ageSeconds}: Restart['request'] & object): Restart['request'] & object {
  return {
    ...(method !== undefined && {method}),
    ...(path !== undefined && {path}),
    ...(ageSeconds !== undefined && {ageSeconds}),
  };
}

function workerOf({life, end, exit, settings, last}: Circumstances): Restart['worker'] {
  const limit = settings.maxRequests?.value;
  const isSame = settings.maxRequestsJitter?.value === 0;
  const requests = requestsBegunOf(life.memory)?.count ?? life.accessCount;
  const maxRequests = life.memory?.maxRequests ?? (limit !== undefined && limit > 0 && isSame ? limit : undefined);
  return {
    pid: life.id.pid,
    ...(life.nsPid !== undefined && {nsPid: life.nsPid}),
    kind: life.kind === 'undecided' ? 'worker' : life.kind,
    startedMs: life.startedMs,
    ageSeconds: Math.max(0, (end.at.wallMs - life.startedMs) / 1000),
    ...(requests !== undefined && {requests}),
    ...(maxRequests !== undefined && {maxRequests}),
    ...(exit && {exit: exit.status}),
    ...(last?.sample.rssBytes !== undefined && {rssBytes: last.sample.rssBytes}),
  };
}

function replacementOf(ledger: Ledger, life: Life): Pick<Restart, 'replacement'> {
  const successor = findReplacement(ledger, life);
  if (!successor) return {};
  const {bootedAt, startedMs} = successor;
  return {
    replacement: {
      pid: successor.id.pid,
      atMs: startedMs,
      ...(bootedAt && {bootSeconds: Math.max(0, (bootedAt.wallMs - startedMs) / 1000)}),
    },
  };
}

/** The worker that was forked in its place, or before its end to take over from it. */
function findReplacement(ledger: Ledger, {replacedBy, succeededBy}: Life): Life | undefined {
  const heir = replacedBy ?? succeededBy;
  if (!heir) return undefined;
  const isIt = (other: Life): boolean => sameProcess(other.id, heir);
  return ledger.living.find(isIt) ?? ledger.ended.findLast(isIt);
}

/** The harm: requests that were in flight, and how long one worker was missing. An heir forked beforehand leaves no gap. */
function lostBy(ledger: Ledger, life: Life & {readonly end: LifeEnd}, inFlight: number): Restart['lost'] {
  const bootedMs = life.replacedBy && findReplacement(ledger, life)?.bootedAt?.wallMs;
  const gapMs = bootedMs === undefined ? 0 : bootedMs - deathMs(ledger, life);
  return {
    ...(inFlight > 0 && {inFlight}),
    ...(gapMs > 0 && {secondsBelowTarget: gapMs / 1000}),
  };
}
