/** Makes the restart of a life that ended: asks every rule and every question about it. */
import {circumstancesOf} from '../ledger/circumstances.js';
import type {Circumstances} from '../ledger/circumstances.js';
import type {Ledger} from '../ledger/ledger.js';
import {lifeKey} from '../ledger/life.js';
import type {Life, LifeEnd} from '../ledger/life.js';
import {changeBefore} from './boot-change.js';
import {changedBefore, failsToBoot} from './changed-before.js';
import {requestsBegunOf} from '../ledger/life-memory.js';
import {spikeBefore} from '../ledger/spike.js';
import {decide} from './decide.js';
import {lastDoing} from './last-doing.js';
import {lastMomentsOf} from './last-moments.js';
import {lostBy} from './lost.js';
import {deathMs, replacementOf} from './replacement.js';
import {doing} from './questions/doing.js';
import {phase} from './questions/phase.js';
import {onsetsOf, pressure} from './questions/pressure.js';
import type {Onsets} from './questions/pressure.js';
import {withoutTraffic} from './questions/without-traffic.js';
import {summaryOf} from './summary.js';
import {timeoutVariant} from './timeout-variant.js';
import type {Restart} from './restart.js';

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
