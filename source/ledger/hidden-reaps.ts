/**
 * Workers that nobody saw, told by the page faults of the master's dead children: that count jumps with each child that
 * is reaped (proc_pid_stat(5), cminflt), and everybody may read it.
 *
 * It is the last resort, where neither the kernel nor the arbiter's memory nor the log counts. A jump says that some
 * child was reaped, and not which: one is laid to a hidden worker only while a place stays open, no death was seen
 * that may be behind it, and the master was never seen to start anything but workers; and a single one is not believed.
 */
import type {Moment, Sample} from '../observation.js';
import {currentMaster, logIsRead} from './ledger.js';
import type {Ledger} from './ledger.js';
import {firstWorkersWithinMs, hiddenReapsWithinMs} from './limits.js';
import {wantedWorkers} from './wanted-workers.js';

export type HiddenReaps = {
  /** The count of page faults in the newest sample. */
  readonly faults: number;
  /** Whether a death was seen of which no jump was, or in this very sample. */
  readonly isOwed: boolean;
  readonly sawDeath: boolean;
  /** Whether a place was open in the newest sample. */
  readonly isShort: boolean;
  /** Children that are no workers were seen: nothing can be told of a jump any more. */
  readonly hasOthers: boolean;
  /** The newest jump that nothing else explains. */
  readonly jumpAt?: Moment;
  /** At least so many workers lived and died unseen. */
  readonly hidden: number;
};

/** The ledger after a sample, with what its page faults tell. To be called when the sample's births and deaths are taken. */
export function withHiddenReaps(ledger: Ledger, {at, master: seen, workers}: Sample): Ledger {
  if (!seen) return ledger;
  const before = ledger.reaps;
  const sawDeath =
    workers.some(({processState}) => processState === 'Z' || processState === 'X') || hasEndedAt(ledger, at);
  const hasOthers =
    before?.hasOthers === true ||
    workers.some(({kind}) => kind === 'other' || kind === 'dirty' || kind === 'successor');
  const faults = seen.deadChildrenMinorFaults;
  const hasJumped = before !== undefined && faults > before.faults;
  const isExplained = before === undefined || before.isOwed || before.sawDeath || sawDeath;
  const isShort = isPlaceOpen(ledger, at);
  const isHidden = hasJumped && !isExplained && !hasOthers && isShort && before.isShort && !isCountedElsewhere(ledger);
  const isSecond =
    isHidden && before.jumpAt !== undefined && at.monotonicMs - before.jumpAt.monotonicMs <= hiddenReapsWithinMs;
  const hidden = before?.hidden ?? 0;
  const jumpAt = isHidden ? at : before?.jumpAt;
  return {
    ...ledger,
    reaps: {
      faults,
      isOwed: hasJumped ? false : sawDeath || before?.isOwed === true,
      sawDeath,
      isShort,
      hasOthers,
      ...(jumpAt && {jumpAt}),
      hidden: isSecond ? hidden + (hidden === 0 ? 2 : 1) : hidden,
    },
  };
}

function hasEndedAt({ended}: Ledger, at: Moment): boolean {
  return ended.at(-1)?.end?.at.monotonicMs === at.monotonicMs;
}

/** Whether a worker is missing, of a master that has had the time to start its first ones. */
function isPlaceOpen(ledger: Ledger, at: Moment): boolean {
  const master = currentMaster(ledger);
  const wanted = master && wantedWorkers(master);
  if (!master || wanted === undefined || ledger.births === 0) return false;
  const living = ledger.living.filter(({kind}) => kind !== 'dirty').length;
  return living < wanted && at.wallMs - master.startedMs > firstWorkersWithinMs;
}

/** Where anything better counts, or did before, this one does not: no worker is to be told twice. */
function isCountedElsewhere(ledger: Ledger): boolean {
  return ledger.kernel.connector !== undefined || ledger.spawns !== undefined || logIsRead(ledger);
}
