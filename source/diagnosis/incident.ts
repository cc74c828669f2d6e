/**
 * The restarts of one target with their revisions: when a verdict is settled, and when a later fact changes it.
 *
 * A death is judged once its log records have had time to come in. While it is young it is judged again with every
 * observation; a verdict that came out differently is the next revision of the same restart.
 */
import type {Ledger} from '../ledger/ledger.js';
import {lifeKey} from '../ledger/life.js';
import type {Life, LifeEnd} from '../ledger/life.js';
import {restartOf} from './restart.js';
import type {Restart} from './restart.js';
import {replacementDueMs, revisableForMs, settleAfterMs, successorWithinMs} from './thresholds.js';

export type Incident = {
  /** Newest last, bounded. */
  readonly restarts: readonly Restart[];
};

export const noIncident: Incident = {restarts: []};

const restartsKept = 500;

/** Judges what is due and returns the next incident with the restarts that are new or changed, in order of settling. */
export function settle(
  incident: Incident,
  ledger: Ledger,
): {readonly incident: Incident; readonly settled: readonly Restart[]} {
  const now = ledger.at;
  if (!now) return {incident, settled: []};
  const known = new Map(incident.restarts.map((restart) => [restart.id, restart]));
  const settled: Restart[] = [];
  for (const life of ledger.ended) {
    if (!hasEnded(life) || life.kind === 'dirty') continue;
    const waitedMs = now.monotonicMs - life.end.at.monotonicMs;
    if (waitedMs < settleAfterMs) continue;
    const before = known.get(lifeKey(life.id));
    if (before && !isRevisable(before, waitedMs)) continue;
    const restart = restartOf(ledger, life, (before?.revision ?? 0) + 1);
    if (!before || isDifferent(before, restart)) settled.push(restart);
  }
  if (settled.length === 0) return {incident, settled};
  const changed = new Map(settled.map((restart) => [restart.id, restart]));
  const kept = incident.restarts.map((restart) => changed.get(restart.id) ?? restart);
  const added = settled.filter((restart) => !known.has(restart.id));
  return {incident: {restarts: [...kept, ...added].slice(-restartsKept)}, settled};
}

function hasEnded(life: Life): life is Life & {readonly end: LifeEnd} {
  return life.end !== undefined;
}

/** What the master's end means for its workers may still change while a successor can appear. */
function isRevisable(restart: Restart, waitedMs: number): boolean {
  const limitMs =
    restart.branch === 'platform' || restart.cause === 'scale-down'
      ? successorWithinMs + settleAfterMs + replacementDueMs
      : revisableForMs;
  return waitedMs <= limitMs;
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
  worker,
  request,
  replacement,
  lost,
  evidence,
}: Restart): string {
  return JSON.stringify([
    branch,
    cause,
    variant,
    during,
    confidence,
    expected,
    worker.exit,
    request?.path,
    replacement?.pid,
    replacement?.bootSeconds !== undefined,
    lost.secondsBelowTarget !== undefined,
    evidence.map(({source, supports, contradicts}) => [source, supports, contradicts]),
  ]);
}
