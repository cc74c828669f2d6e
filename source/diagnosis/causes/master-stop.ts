/** How a stop of the master shows in one of its workers, which shutdown, service-restart and upgrade share. */
import {exitOf, type Circumstances} from '../../ledger/circumstances.js';
import type {Life, LogFact} from '../../ledger/life.js';
import {isPrompt} from '../../ledger/reading-time.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import {chosenVictim, exitEvidence, exitSignal, known, logEvidence, logHasNo, masterWentOn} from '../facts.js';
import {memoryStop} from '../memory-stop.js';
import {haltedNear, otherWords, ownWords} from '../own-words.js';
import {masterWasSent, masterWasTold, notToldToStop, sentTo, signalEvidence, stopSignals} from '../senders.js';
import {atOnceShare, bootingForMs, endsWithMasterMs, stopPrintedWithinMs, successorWithinMs} from '../thresholds.js';
import type {Cause, Evidence, Judgement} from '../verdict.js';
import {notDeliberate, orderlyExit, ownFarewell} from './deliberate-exit.js';

/** Whether the master was told to stop and this worker ended with it, whoever takes over. */
export function judgeStop(c: Circumstances, cause: Cause): Judgement {
  return withEvidence(judgeOrder(c, cause), masterWasTold(c, stopSignals, {supports: cause}));
}

function judgeOrder(c: Circumstances, cause: Cause): Judgement {
  const self = {supports: cause} as const;
  const against = {contradicts: cause} as const;
  const isOrdered = ownWords(c)?.cause === 'shutdown';
  const words = isOrdered ? undefined : otherWords(c, cause);
  if (words) return ruledOut(words);
  const halted = haltedNear(c);
  if (halted) return ruledOut(logEvidence(halted, against));
  const wentOn = isOrdered ? undefined : masterWentOn(c, against);
  if (wentOn) return ruledOut(wentOn);

  const notTold = isOrdered || c.master.stop ? undefined : notToldToStop(c, against);
  if (notTold) return ruledOut(notTold);
  const odd = notDeliberate(c, cause);
  // systemd stops a service for the memory kill of one worker: that one was dead before the master was told.
  const victim = odd && chosenVictim(c, against);
  if (victim) return ruledOut(victim);
  const order = isOrdered ? c.life.order?.fact : stopNear(c);
  // The end of graceful_timeout: the master kills what is left, and says nothing.
  if (isOrdered && order && exitSignal(c) === 'SIGKILL')
    return likely(logEvidence(order, self), ...exitEvidence(c, self));
  if (odd) return ruledOut(odd);
  const farewell = ownFarewell(c, cause);
  if (isOrdered && order && farewell) return confirmed(logEvidence(order, self), farewell);
  if (order) return likely(...known(logEvidence(order, self), farewell));
  return judgeByEnd(c, cause);
}

/**
 * A stop that was printed after this worker had begun to leave: Ctrl-C, and a service manager that signals the whole
 * control group, reach workers and master at once.
 */
function stopNear(c: Circumstances): LogFact | undefined {
  return [c.master.stop, c.master.shuttingDown].find(
    (fact) => fact !== undefined && Math.abs(fact.at.monotonicMs - c.end.at.monotonicMs) <= stopPrintedWithinMs,
  );
}

/** Without a word of the log: workers that end just before their master were stopped by it. */
function judgeByEnd(c: Circumstances, cause: Cause): Judgement {
  const {goneAt, id} = c.master;
  const byMaster = sentTo(c, stopSignals, ['master']);
  const farewell = orderlyExit(c, cause);
  if (goneAt && byMaster && farewell && masterWasSent(c, stopSignals))
    return confirmed(signalEvidence(c, byMaster, {supports: cause}), farewell);
  if (!goneAt) return insufficient('whether the master is stopping');
  const noStop = logHasNo(c, '"Shutting down: Master"', {withinMs: 0, hidden: true}, {contradicts: cause});
  if (noStop) return ruledOut(noStop);
  if (c.life.lastSeen.monotonicMs > goneAt.monotonicMs)
    return ruledOut({source: 'processes', fact: `it lived on without master ${id.pid}`, contradicts: cause});
  // Of a sample that stood still nobody knows in which order it was read.
  const beforeMs = isPrompt(c.end) ? goneAt.monotonicMs - c.end.at.monotonicMs : 0;
  const evidence: Evidence = {
    source: 'processes',
    fact: beforeMs > 0 ? `it ended first, then master ${id.pid}` : `master ${id.pid} ended in the same moment`,
    atMs: goneAt.wallMs,
    supports: cause,
  };
  const endedInOrder = beforeMs > 0 ? beforeMs <= endsWithMasterMs : allEndedInOrder(c) && orphansWouldBeSeen(c);
  const hasReason = !mayHaveGivenUp(c) || (farewell !== undefined && memoryStop(c, cause) !== undefined);
  return endedInOrder && hasReason ? likely(evidence) : possible(evidence);
}

/** All workers were gone with their master, and this one left in order. */
function allEndedInOrder({exit, siblings}: Circumstances): boolean {
  return exit !== undefined && siblings.living.length === 0 && siblings.endedNear.length > 0;
}

/**
 * Whether workers that lost their master would hardly all have left within the time between two samples: idle ones look
 * for it once in so long (gunicorn/worker-classes.ts), and those that were forked together look together.
 */
function orphansWouldBeSeen({workerClass, timeoutSeconds, life, end}: Circumstances): boolean {
  if (!workerClass) return false;
  if (!workerClass.noticesLostMaster) return true;
  const lookEveryMs = workerClass.longestHealthyGapSeconds(timeoutSeconds ?? 0) * 1000;
  return end.by.monotonicMs - life.lastSeen.monotonicMs <= lookEveryMs * atOnceShare;
}

/**
 * Whether a master that ended with its workers may have given up: where not every exit status tells that nobody failed,
 * or a worker that never served, this one or another, ended as well. One that was forked for a worker that died can have
 * failed between two samples, so a death after which nobody is known to have been forked counts.
 */
export function mayHaveGivenUp({exit, booted, siblings: {endedNear}, life, master}: Circumstances): boolean {
  const mayHaveFailed = (other: Life): boolean => other.booted !== true && isYoung(other);
  return (
    !exit ||
    booted === false ||
    master.haltedBy !== undefined ||
    mayHaveFailed(life) ||
    endedNear.some((other) => !exitOf(other) || mayHaveFailed(other) || diedAlone(other))
  );
}

/** It ended otherwise than one that is told to stop, and no replacement was seen. */
function diedAlone({end, replacedBy}: Life): boolean {
  const status = end?.exit?.status;
  if (!status || replacedBy) return false;
  return 'code' in status ? status.code !== 0 : status.signal !== 'SIGTERM';
}

function isYoung(life: Life): boolean {
  return life.end !== undefined && life.end.at.wallMs - life.startedMs < bootingForMs;
}

/** Another master of the same target took over in time. */
export function cameBack(c: Circumstances): boolean {
  const {next, goneAt} = c.master;
  return next !== undefined && next.attachedAt.monotonicMs - (goneAt ?? c.end.at).monotonicMs <= successorWithinMs;
}

/** The judgement with one more fact, if there is one, unless it says no. */
export function withEvidence(judgement: Judgement, evidence: Evidence | undefined): Judgement {
  return evidence === undefined || judgement.verdict === 'ruled-out' || judgement.verdict === 'insufficient'
    ? judgement
    : {...judgement, evidence: [evidence, ...judgement.evidence]};
}
