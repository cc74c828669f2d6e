/** How a stop of the master shows in one of its workers, which shutdown, service-restart and upgrade share. */
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import {exitEvidence, exitSignal, haltedNear, known, logEvidence, masterWentOn, ownLine, stopSignal} from '../facts.js';
import {successorWithinMs} from '../thresholds.js';
import type {Cause, Evidence, Judgement} from '../verdict.js';
import {notDeliberate, ownFarewell} from './deliberate-exit.js';

/** Whether the master was told to stop and this worker ended with it, whoever takes over. */
export function judgeStop(c: Circumstances, cause: Cause): Judgement {
  const self = {supports: cause} as const;
  const against = {contradicts: cause} as const;
  const halted = haltedNear(c);
  if (halted) return ruledOut(logEvidence(halted, against));
  const parent = ownLine(c, 'parent-changed', against);
  if (parent) return ruledOut(parent);
  const stop = stopSignal(c) ?? c.master.shuttingDown;
  const other = notDeliberate(c, cause);
  if (stop) {
    // The end of graceful_timeout: the master kills what is left, and says nothing.
    if (exitSignal(c) === 'SIGKILL' && !ownLine(c, 'worker-timeout', {}))
      return likely(logEvidence(stop, self), ...exitEvidence(c, self));
    if (other) return ruledOut(other);
    const farewell = ownFarewell(c, cause);
    const evidence = known(logEvidence(stop, self), farewell);
    return farewell ? confirmed(...evidence) : likely(...evidence);
  }
  if (other) return ruledOut(other);
  const wentOn = masterWentOn(c, against);
  if (wentOn) return ruledOut(wentOn);
  const {goneAt} = c.master;
  if (goneAt && c.logComplete)
    return ruledOut({source: 'log', fact: 'the master ended without "Shutting down"', ...against});
  if (!goneAt) return insufficient('whether the master is stopping');
  const before = c.end.at.monotonicMs < goneAt.monotonicMs;
  const order: Evidence = {
    source: 'processes',
    fact: before
      ? `the workers ended first, then master ${c.master.id.pid}`
      : `master ${c.master.id.pid} ended in the same moment`,
    atMs: goneAt.wallMs,
    ...self,
  };
  return before ? likely(order) : possible(order);
}

/** Another master of the same target took over in time. */
export function cameBack(c: Circumstances): boolean {
  const {next, goneAt} = c.master;
  return next !== undefined && next.attachedAt.monotonicMs - (goneAt ?? c.end.at).monotonicMs <= successorWithinMs;
}

/** The judgement with one more fact, unless it says no. */
export function withEvidence(judgement: Judgement, evidence: Evidence): Judgement {
  return judgement.verdict === 'ruled-out' || judgement.verdict === 'insufficient'
    ? judgement
    : {...judgement, evidence: [evidence, ...judgement.evidence]};
}
