/**
 * What is wrong with the master itself: it is stopped, or it leaves a place empty.
 *
 * A place counts as empty only where the arbiter's own memory tells how many workers it wants: a worker that gunicorn
 * counts as alive although it is dead (arbiter.py spawn_worker, one that died before its pid was noted) is never replaced.
 */
import type {Moment, Sample} from '../observation.js';
import {withMaster} from './ledger.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {sameProcess} from './life.js';
import {forkedWithinMs} from './limits.js';

/** Since when the master is stopped, and since when it has fewer workers than it wants; absent where it is well. */
export type MasterTrouble = {readonly stoppedAt?: Moment; readonly shortAt?: Moment};

/** The ledger after a sample, with what that tells of the master. */
export function withTrouble(ledger: Ledger, {at, master: seen}: Sample): Ledger {
  return withMaster(ledger, (master) => {
    const isStopped = seen?.processState === 'T' || seen?.processState === 't';
    const isShort = seen !== undefined && emptyPlaces(ledger, master) > 0;
    const {stoppedAt, shortAt} = master.trouble ?? {};
    if (isStopped === (stoppedAt !== undefined) && isShort === (shortAt !== undefined)) return master;
    const trouble = {
      ...(isStopped && {stoppedAt: stoppedAt ?? at}),
      ...(isShort && {shortAt: shortAt ?? at}),
    };
    return {...master, trouble};
  });
}

/** What is wrong with the master now; absent where nothing is. */
export type MasterTroubleNow = {
  readonly stoppedSeconds?: number;
  /** Places that it leaves empty, and for how long. */
  readonly missing?: {readonly workers: number; readonly seconds: number};
};

/** A place that was left a moment ago is no trouble yet. */
export function troubleNow(ledger: Ledger, master: MasterRecord): MasterTroubleNow {
  const {stoppedAt, shortAt} = master.trouble ?? {};
  const nowMs = ledger.at?.monotonicMs ?? 0;
  const shortMs = shortAt === undefined ? 0 : nowMs - shortAt.monotonicMs;
  return {
    ...(stoppedAt && {stoppedSeconds: (nowMs - stoppedAt.monotonicMs) / 1000}),
    ...(shortMs > forkedWithinMs && {missing: {workers: emptyPlaces(ledger, master), seconds: shortMs / 1000}}),
  };
}

function emptyPlaces({living}: Ledger, {id, settings}: MasterRecord): number {
  const {workers} = settings;
  if (workers?.source !== 'peek') return 0;
  return workers.value - living.filter((life) => life.kind !== 'dirty' && sameProcess(life.master, id)).length;
}
