/** Who took the place of a worker that ended, and what that tells of the moment of its end. */
import type {Ledger} from '../ledger/ledger.js';
import {sameProcess} from '../ledger/life.js';
import type {Life, LifeEnd} from '../ledger/life.js';
import type {Restart} from './restart.js';

/**
 * The death lies between the last sample with the worker and the first without it. gunicorn forks a replacement some
 * milliseconds after the reap, so the replacement's start, read to 10 ms, is the better clock when there is one. An heir
 * that was forked before tells nothing.
 */
export function deathMs(ledger: Ledger, {life, end}: {readonly life: Life; readonly end: LifeEnd}): number {
  const forkedMs = life.replacedBy && findReplacement(ledger, life)?.startedMs;
  if (forkedMs === undefined) return end.by.wallMs;
  return Math.min(end.by.wallMs, Math.max(life.lastSeen.wallMs, forkedMs));
}

/** The replacement as a restart shows it. */
export function replacementOf(ledger: Ledger, life: Life): Pick<Restart, 'replacement'> {
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
export function findReplacement(ledger: Ledger, {replacedBy, succeededBy}: Life): Life | undefined {
  const heir = replacedBy ?? succeededBy;
  if (!heir) return undefined;
  const isIt = (other: Life): boolean => sameProcess(other.id, heir);
  return ledger.living.find(isIt) ?? ledger.ended.findLast(isIt);
}
