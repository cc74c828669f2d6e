/**
 * Whether a child that ended before its kind was known was a worker.
 *
 * In its first second a worker cannot always be told from a USR2 successor or a child of the application. Where the log
 * is complete every worker has said "Booting worker"; where it is not, most children that short-lived are workers that
 * fail to boot, and an error here would hide a boot loop.
 */
import type {Ledger} from '../ledger/ledger.js';
import {said} from '../ledger/life.js';
import type {Life} from '../ledger/life.js';

export function isWorkerAfterAll(ledger: Ledger, life: Life): boolean {
  if (life.kind !== 'undecided' || life.booted !== undefined || said(life, 'booting')) return true;
  const {since, showsInfo} = ledger.log;
  const wouldHaveSaid = showsInfo && since !== undefined && since.monotonicMs < life.firstSeen.monotonicMs;
  return !(wouldHaveSaid && life.isBornLater);
}
