/** One ended life with its verdict, the four answers and the harm: what the list, the stream and the report show. */
import type {BootFailure} from '../gunicorn/boot-failure.js';
import type {Traceback} from '../gunicorn/log-event.js';
import type {ChildKind, ExitStatus} from '../observation.js';
import type {RequestSeen} from '../ledger/worker-row.js';
import {circumstancesOf} from '../ledger/circumstances.js';
import type {Circumstances} from '../ledger/circumstances.js';
import type {Ledger} from '../ledger/ledger.js';
import {lifeKey} from '../ledger/life.js';
import type {Life, LifeEnd} from '../ledger/life.js';
import {changeBefore, type ChangeBefore} from './boot-change.js';
import {changedBefore, failsToBoot} from './changed-before.js';
import {requestsBegunOf} from '../ledger/life-memory.js';
import {spikeBefore} from '../ledger/spike.js';
import {decide} from './decide.js';
import {lastDoing} from './last-doing.js';
import {lastMomentsOf} from './last-moments.js';
import type {LogLine, TrailMoment} from './last-moments.js';
import {lostBy} from './lost.js';
import type {Lost} from './lost.js';
import {deathMs, replacementOf} from './replacement.js';
import {doing} from './questions/doing.js';
import {phase} from './questions/phase.js';
import {onsetsOf, pressure} from './questions/pressure.js';
import type {Onsets} from './questions/pressure.js';
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

/** Judges an ended life by all that the ledger holds now. `revision` is what the caller says it is. */
export function restartOf(ledger: Ledger, life: Life & {readonly end: LifeEnd}, revision: number): Restart {
  const c = circumstancesOf(ledger, life);
  const verdict = decide(c);
  const last = lastDoing(
    c,
    verdict.cause,
    verdict.candidates.map(({cause: candidate}) => candidate),
  );
  const {variant, during, evidence: shown = []} = verdict.cause === 'timeout' ? timeoutVariant(c, last) : {};
  const {cause, branch, confidence, expected, evidence, candidates} = verdict;
  const hasRequest = last.path !== undefined || last.ageSeconds !== undefined;
  const atMs = deathMs(ledger, c);
  const onsets = onsetsOf(c);
  // A deliberate end lets the request in hand finish.
  const isLost = last.verdict === 'request' && expected === false;
  const changed = failsToBoot.has(cause) ? changeBefore(c) : undefined;
  const spike = expected === false && branch === 'runtime' ? spikeBefore(ledger.pulses, onsetMs(c, onsets)) : undefined;
  return {
    id: lifeKey(life.id),
    revision,
    atMs,
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
    ...(changed && {changed}),
    evidence: [...evidence, ...shown, ...changedBefore(c, cause)],
    questions: [doing(last), phase(last), pressure(c), withoutTraffic(c, {cause, ...(variant && {variant})}, last)],
    candidates,
    onsets: {...onsets, ...(spike && {trafficAtMs: Math.round(spike.onset.wallMs)})},
    lost: lostBy(ledger, c, {inFlight: isLost ? (last.inFlight ?? 1) : 0, ...onsets}),
    ...lastMomentsOf(life, {atMs, ...(c.silence && {silentMs: c.silence.atMostMs})}),
  };
}

/** When it began to go wrong, monotonic: with its silence, or else with its end. */
function onsetMs({end}: Circumstances, {heartbeatAtMs}: Onsets): number {
  return end.at.monotonicMs - (heartbeatAtMs === undefined ? 0 : Math.max(0, end.at.wallMs - heartbeatAtMs));
}

function pick({method, path, ageSeconds}: Restart['request'] & object): Restart['request'] & object {
  return {
    ...(method !== undefined && {method}),
    ...(path !== undefined && {path}),
    ...(ageSeconds !== undefined && {ageSeconds}),
  };
}

function requestsFrom({memory}: Life, end: LifeEnd): string {
  const begun = requestsBegunOf(memory);
  if (!begun) return 'access log, since the attach';
  return `its memory, ${((end.at.monotonicMs - begun.at.monotonicMs) / 1000).toFixed(1)} s before the end`;
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
    ...(requests !== undefined && {requests, requestsFrom: requestsFrom(life, end)}),
    ...(maxRequests !== undefined && {maxRequests}),
    ...(exit && {exit: exit.status}),
    ...(last?.sample.rssBytes !== undefined && {rssBytes: last.sample.rssBytes}),
  };
}
