/**
 * The restarts of one target with their revisions: when a verdict is settled, and when a later fact changes it.
 *
 * A death is judged once its log records have had time to come in, and again when something that bears on it has
 * changed: a record of its own, its master's fate, or the time that rivals need to show themselves. A verdict that came
 * out differently is the next revision of the same restart.
 */
import type {Moment} from '../observation.js';
import type {Ledger} from '../ledger/ledger.js';
import {lifeKey} from '../ledger/life.js';
import type {Life, LifeEnd} from '../ledger/life.js';
import {isWorkerAfterAll} from './is-worker.js';
import {restartOf} from './restart-of.js';
import type {Restart} from './restart.js';
import {looksAfterMs, revisableForMs, settleAfterMs, successorWithinMs} from './thresholds.js';

export type Incident = {
  /** Newest last, bounded. */
  readonly restarts: readonly Restart[];
  /** The ledger as it was when the deaths were looked at last. */
  readonly judged?: Pick<Ledger, 'ended' | 'masters' | 'masterLog' | 'changes'> & {readonly at: Moment};
};

export const noIncident: Incident = {restarts: []};

const restartsKept = 500;

/** A last minute and its log lines are most of what a restart takes up, and are asked for while it is news. */
const detailsKept = 100;

/** The longest that a verdict can wait for the one fact that comes so late: whether another master takes over. */
const reopenableForMs = successorWithinMs + settleAfterMs + 1000;

type EndedLife = Life & {readonly end: LifeEnd};

/** Judges what is due and returns the next incident with the restarts that are new or changed, in order of settling. */
export function settle(
  incident: Incident,
  ledger: Ledger,
): {readonly incident: Incident; readonly settled: readonly Restart[]} {
  const {at, ended, masters, masterLog, changes} = ledger;
  if (!at) return {incident, settled: []};
  const judged = {at, ended, masters, masterLog, ...(changes && {changes})};
  const last = incident.judged;
  const isMasterNews = last?.masters !== masters || last.masterLog !== masterLog || last.changes !== changes;
  const settled: Restart[] = [];
  for (const life of livesDue(incident, ledger, at, isMasterNews)) {
    const id = lifeKey(life.id);
    // It is among the newest.
    const before = incident.restarts.findLast((restart) => restart.id === id);
    if (before && !isRevisable(before, at.monotonicMs - life.end.by.monotonicMs, isMasterNews)) continue;
    if (!before && !isWorkerAfterAll(ledger, life)) continue;
    const restart = restartOf(ledger, life, (before?.revision ?? 0) + 1);
    if (!before || isDifferent(before, restart)) settled.push(restart);
  }
  return {incident: {restarts: withSettled(incident.restarts, settled), judged}, settled};
}

function withSettled(restarts: readonly Restart[], settled: readonly Restart[]): readonly Restart[] {
  if (settled.length === 0) return restarts;
  const revised = new Map(settled.filter(({revision}) => revision > 1).map((restart) => [restart.id, restart]));
  const kept = revised.size === 0 ? restarts : restarts.map((restart) => revised.get(restart.id) ?? restart);
  const all = [...kept, ...settled.filter(({revision}) => revision === 1)].slice(-restartsKept);
  return all.map((restart, index) => (index < all.length - detailsKept ? withoutDetails(restart) : restart));
}

/** The incident with restarts from before the attach, which are older than all that were watched. */
export function withPast(incident: Incident, past: readonly Restart[]): Incident {
  return past.length === 0 ? incident : {...incident, restarts: [...past, ...incident.restarts].slice(-restartsKept)};
}

function withoutDetails(restart: Restart): Restart {
  if (!restart.trail && !restart.log) return restart;
  const {trail: _trail, log: _log, ...rest} = restart;
  return rest;
}

/** In order of death. The loop starts at the newest and ends where nothing can change any more. */
function livesDue({judged}: Incident, {ended}: Ledger, now: Moment, isMasterNews: boolean): readonly EndedLife[] {
  const due: EndedLife[] = [];
  const before = judged?.ended === ended ? undefined : new Set(judged?.ended);
  for (let index = ended.length - 1; index >= 0; index--) {
    const life = ended[index];
    if (!life || !hasEnded(life)) continue;
    const waitedMs = now.monotonicMs - life.end.by.monotonicMs;
    if (waitedMs > reopenableForMs) break;
    if (life.kind === 'dirty' || waitedMs < settleAfterMs) continue;
    const isNews = isMasterNews || before?.has(life) === false;
    if (isNews || isLookDue(waitedMs, judged && judged.at.monotonicMs - life.end.by.monotonicMs)) due.push(life);
  }
  return due.toReversed();
}

/** Whether one of the moments at which a death is looked at lies between the last look and this one. */
function isLookDue(waitedMs: number, waitedBeforeMs: number | undefined): boolean {
  return looksAfterMs.some((lookMs) => waitedMs >= lookMs && (waitedBeforeMs ?? -Infinity) < lookMs);
}

function hasEnded(life: Life): life is EndedLife {
  return life.end !== undefined;
}

/**
 * After some seconds only the master can change a verdict: its end that of any worker of which nothing is certain, and
 * whoever takes its place that of a worker which ended with it.
 */
function isRevisable({branch, confidence}: Restart, waitedMs: number, isMasterNews: boolean): boolean {
  return waitedMs <= revisableForMs || branch === 'platform' || (isMasterNews && confidence !== 'certain');
}

/** A revision is a change of the verdict or of the facts beside it, not of the wording of an age. */
function isDifferent(before: Restart, after: Restart): boolean {
  return significant(before) !== significant(after);
}

function significant({
  branch,
  cause,
  variant,
  during,
  confidence,
  expected,
  atMs,
  worker,
  request,
  replacement,
  lost,
  evidence,
  changed,
}: Restart): string {
  return JSON.stringify([
    branch,
    cause,
    variant,
    during,
    confidence,
    expected,
    atMs,
    worker.exit,
    request?.path,
    replacement?.pid,
    replacement?.bootSeconds !== undefined,
    lost.secondsBelowTarget !== undefined,
    lost.drops,
    changed?.name,
    evidence.map(({source, supports, contradicts}) => [source, supports, contradicts]),
  ]);
}
