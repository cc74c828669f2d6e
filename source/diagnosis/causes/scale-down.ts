/** TTOU, `worker remove` or WINCH: the oldest worker was told to stop, and nobody took its place. */
import {isAtLeast} from '../../gunicorn/versions.js';
import {replacementDueMs} from '../../ledger/limits.js';
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {known, logEvidence, logHasNo, masterWentOn} from '../facts.js';
import {otherWords, ownWords} from '../own-words.js';
import {masterWasTold, notToldToStop} from '../senders.js';
import type {Judgement} from '../verdict.js';
import {leftWithoutWord, notDeliberate, orderlyExit, ownFarewell} from './deliberate-exit.js';
import {withEvidence} from './master-stop.js';

const self = {supports: 'scale-down'} as const;
const against = {contradicts: 'scale-down'} as const;

export const scaleDown: CauseRule = {
  id: 'scale-down',
  means: 'TTOU, worker remove or WINCH: one worker fewer was wanted, and it was not replaced',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const {replacedBy} = c.life;
    if (replacedBy && tookItsPlace(c))
      return ruledOut({source: 'workers', fact: `${replacedBy.pid} was forked in its place`, ...against});
    const words = otherWords(c, 'scale-down');
    if (words) return ruledOut(words);
    const odd = notDeliberate(c, 'scale-down') ?? leftWithoutWord(c, 'scale-down');
    if (odd) return ruledOut(odd);
    const notTold = c.life.order ? undefined : notToldToStop(c, against);
    if (notTold) return ruledOut(notTold);
    const order = c.life.order?.reason === 'scale-down' ? c.life.order.fact : undefined;
    const told = masterWasTold(c, ['SIGTTOU', 'SIGWINCH'], self);
    const farewell = ownFarewell(c, 'scale-down');
    if (replacedBy) return insufficient('the error log');
    // That it is not replaced is seen only once a replacement would have been due.
    if (order) {
      const evidence = known(logEvidence(order, self), told, farewell);
      if (!ownWords(c)) return possible(...evidence);
      const isSure = farewell && c.waitedMs >= replacementDueMs && c.siblings.wereSteadyAtOrder;
      return isSure ? confirmed(...evidence) : likely(...evidence);
    }
    const noSignal =
      isOnlyBySignal(c) &&
      !c.master.winch &&
      logHasNo(c, 'TTOU while it lived', {withinMs: c.longestDrainMs, hidden: true}, against);
    return noSignal ? ruledOut(noSignal) : withEvidence(judgeEmptyPlace(c), told);
  },
};

/**
 * Whether whoever was forked next took this place for sure. Without the log nobody sees who of two that end was meant to
 * go, and the arbiter does not wait: who comes later comes for another reason.
 */
function tookItsPlace({life, end, siblings: {replacement, endedAround}}: Circumstances): boolean {
  if (life.order) return true;
  const isLate = replacement && replacement.firstSeen.monotonicMs - end.by.monotonicMs > replacementDueMs;
  return !isLate && endedAround.length === 0;
}

/** From 25.1 on the control socket takes workers away without a word in the log (ctl/handlers.py worker_remove). */
function isOnlyBySignal({version}: Circumstances): boolean {
  return isAtLeast(version, '25.1') === false;
}

/** Without a word of the log: a worker that left in order, and nobody took its place. */
function judgeEmptyPlace(c: Circumstances): Judgement {
  const wentOn = masterWentOn(c, self);
  const farewell = orderlyExit(c, 'scale-down');
  const {living, surplus, endedNear, thisWasOldest} = c.siblings;
  const winch = c.master.winch && logEvidence(c.master.winch, self);
  if (!wentOn || !farewell || c.waitedMs < replacementDueMs || (living.length === 0 && !winch))
    return insufficient('the exit status', 'the error log');
  const evidence = known(
    winch,
    {source: 'workers', fact: 'nobody took its place, and the master went on', ...self},
    farewell,
  );
  const isAlone = surplus.length === 0 && endedNear.length === 0 && thisWasOldest;
  return isAlone || (winch && living.length === 0) ? likely(...evidence) : possible(...evidence);
}
