/**
 * What was changed last before boots began to fail, for the sentence of an incident.
 *
 * It stands beside the failure and claims no cause. A change after the first failed boot is left out: that is somebody
 * at work on it. Without a good boot to go by, only what is recent is told.
 */
import type {Circumstances} from '../ledger/circumstances.js';
import {roughly} from './prose.js';
import type {Restart} from './restart.js';
import {changedRecentlyMs} from './thresholds.js';

/** The newest change before one failed boot. Without `atMs` it was there at the attach, and is gone. */
export type ChangeBefore = {
  /** "requirements.txt", "package stripe 5.0.0". */
  readonly name: string;
  readonly atMs?: number;
  /** Whether anything else was changed too. */
  readonly isOneOfMore: boolean;
};

export function changeBefore({changes, life}: Circumstances): ChangeBefore | undefined {
  if (!changes) return undefined;
  const {removed, goodBootMs} = changes;
  const files = changes.files.filter(
    ({changedWallMs}) => goodBootMs !== undefined || life.startedMs - changedWallMs <= changedRecentlyMs,
  );
  const isOneOfMore = files.length + removed.length > 1;
  const [file] = files;
  if (file) {
    const name = file.what === 'package' ? `package ${file.name}` : file.name;
    return {name, atMs: file.changedWallMs, isOneOfMore};
  }
  return removed[0] === undefined ? undefined : {name: removed[0], isOneOfMore};
}

/** "requirements.txt changed 4 min earlier", "shop.py is gone": what came before the first of these; empty where nothing did. */
export function changeText(failed: ReadonlyArray<Pick<Restart, 'atMs' | 'worker' | 'changed'>>): string {
  const inOrder = failed.toSorted((a, b) => a.atMs - b.atMs);
  const changed = inOrder.find((restart) => restart.changed)?.changed;
  const [first] = inOrder;
  if (!changed || !first) return '';
  const {name, atMs, isOneOfMore} = changed;
  const what = isOneOfMore ? `${name} and more` : name;
  if (atMs === undefined) return `${what} ${isOneOfMore ? 'are' : 'is'} gone since the attach`;
  if (atMs > first.atMs) return '';
  return `${what} changed ${roughly((first.worker.startedMs - atMs) / 1000)} earlier`;
}
