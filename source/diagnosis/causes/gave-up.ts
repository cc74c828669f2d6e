/**
 * gunicorn stopped itself after a failed boot ("Worker failed to boot", "App failed to load"), and this sibling died with it.
 *
 * Any worker that ends with code 3 or 4 makes it give up, even one whose application called sys.exit(3) while serving.
 * It says so only when its last worker is gone, so the failure itself is looked for among the others.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitSignal, known, logEvidence, logHasNo, masterWentOn} from '../facts.js';
import {haltedNear, otherWords, mayHaveHalted, seemsToHaveFailed, seemsToHaveHalted} from '../own-words.js';
import {masterWasSent, stopSignals} from '../senders.js';
import {endsWithMasterMs} from '../thresholds.js';
import type {Evidence} from '../verdict.js';
import {notDeliberate, ownFarewell} from './deliberate-exit.js';
import {mayHaveGivenUp} from './master-stop.js';

const self = {supports: 'gave-up'} as const;
const against = {contradicts: 'gave-up'} as const;

export const gaveUp: CauseRule = {
  id: 'gave-up',
  means: 'gunicorn stopped itself after a failed boot, and this sibling died with it',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const words = otherWords(c, 'gave-up');
    if (words) return ruledOut(words);
    const wentOn = masterWentOn(c, against);
    if (wentOn) return ruledOut(wentOn);
    const odd = notDeliberate(c, 'gave-up');
    if (odd && !wasKilledAtTheEnd(c)) return ruledOut(odd);
    const failed = failureOf(c);
    const halted = haltedNear(c);
    if (halted) {
      const farewell = ownFarewell(c, 'gave-up');
      const evidence = known(logEvidence(halted, self), failed, farewell);
      if (seemsToHaveHalted(c) || seemsToHaveFailed(c) || mayHaveHalted(c)) return possible(...evidence);
      return failed && farewell && !odd ? confirmed(...evidence) : likely(...evidence);
    }
    if (!c.master.aliveAfter) {
      const noHalt = logHasNo(c, 'reason for giving up', {withinMs: 0, hidden: true}, against);
      if (noHalt) return ruledOut(noHalt);
    }
    const before = failed ?? (c.master.aliveAfter ? undefined : failedBefore(c));
    if (before && c.booted !== false) return likely(before);
    const ended = endedWithMaster(c);
    return ended ? possible(ended) : insufficient('the error log');
  },
};

/** What is left after `graceful_timeout` is killed by the master itself. */
function wasKilledAtTheEnd(c: Circumstances): boolean {
  const since = c.master.haltedBy?.fact?.at;
  return (
    exitSignal(c) === 'SIGKILL' &&
    since !== undefined &&
    c.end.at.monotonicMs - since.monotonicMs >= c.gracefulSeconds * 1000 - 1000
  );
}

/** Without a word of the log: a worker that never booted ended first, and then the others with their master. */
function failedBefore({siblings, end}: Circumstances): Evidence | undefined {
  const failed = siblings.endedNear.find(
    (other) => other.booted === false && (other.end?.at.monotonicMs ?? Infinity) <= end.at.monotonicMs,
  );
  return (
    failed && {source: 'workers', fact: `worker ${failed.id.pid} ended before it had booted, then the master`, ...self}
  );
}

/** Without a word of the log either: it ended with its master, which nobody is known to have told to stop. */
function endedWithMaster(c: Circumstances): Evidence | undefined {
  const {goneAt, id, stop, shuttingDown, successor} = c.master;
  const isOther = stop ?? shuttingDown ?? masterWasSent(c, stopSignals) ?? c.life.order;
  if (!goneAt || isOther || successor || c.life.lastSeen.monotonicMs > goneAt.monotonicMs) return undefined;
  if (goneAt.monotonicMs - c.end.at.monotonicMs > endsWithMasterMs || !mayHaveGivenUp(c)) return undefined;
  return {source: 'processes', fact: `it ended with master ${id.pid}`, atMs: goneAt.wallMs, ...self};
}

/** Another worker whose failure makes gunicorn give up. */
function failureOf(c: Circumstances): Evidence | undefined {
  const {haltedBy} = c.master;
  if (!haltedBy || haltedBy.isThis) return undefined;
  if (haltedBy.fact) return logEvidence(haltedBy.fact, self);
  return {source: 'workers', fact: `worker ${haltedBy.pid} ended with the exit code of a failed boot`, ...self};
}
