/**
 * The interpreter or an extension died: SIGSEGV, SIGBUS, SIGILL, SIGFPE or abort().
 *
 * The same signals can be sent by hand; only the kernel's own record of the fault, or of who sent it, excludes that.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  heartbeatWasSilent,
  known,
  leftByItself,
  logEvidence,
  silentWhenSeenLast,
} from '../facts.js';
import {lastDoing} from '../last-doing.js';
import {timeoutLine} from '../own-words.js';
import {abortedByMaster, sentFromOutside, sentTo, signalEvidence} from '../senders.js';
import type {Evidence} from '../verdict.js';
import {handlesAbort} from './deliberate-exit.js';

const self = {supports: 'crash'} as const;
const against = {contradicts: 'crash'} as const;

const crashSignals: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP']);

export const crash: CauseRule = {
  id: 'crash',
  means: 'the interpreter or an extension died: a memory fault, an illegal instruction or abort()',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const signal = exitSignal(c);
    const line = timeoutLine(c);
    const aborted = line ? logEvidence(line, against) : abortedByMaster(c, against);
    if (signal === undefined) {
      const left = leftByItself(c, against) ?? aborted;
      return left ? ruledOut(left) : insufficient('the exit status');
    }
    if (!crashSignals.has(signal)) return ruledOut(...exitEvidence(c, against));
    if (signal === 'SIGABRT') {
      // SIGABRT is also what the master sends for a timeout, and what kills a UvicornWorker at once.
      const byMaster = aborted ?? silentWhenSeenLast(c, against);
      if (byMaster) return ruledOut(byMaster);
    }
    const sent = sentFromOutside(c, against);
    if (sent) return ruledOut(sent);
    const record = recordOf(c, signal);
    const fresh = heartbeatWasFresh(c, {contradicts: 'timeout'});
    if (record.length > 0) return confirmed(...known(...record, ...exitEvidence(c, self), fresh));
    const isUnseen = !handlesAbort(c) && lastDoing(c, 'crash').verdict !== 'request';
    const mayBeSent = signal === 'SIGABRT' && (isUnseen || heartbeatWasSilent(c, against) !== undefined);
    return (mayBeSent ? possible : likely)(...known(...exitEvidence(c, self), fresh));
  },
};

/** What the kernel says of the fault itself, and of the signal that it, or abort(), raised for it. */
function recordOf(c: Circumstances, signal: string): readonly Evidence[] {
  const {fault} = c.kernel;
  const sent = sentTo(c, [signal], signal === 'SIGABRT' ? ['itself'] : ['kernel']);
  return known(
    fault && {source: fault.source, fact: `the kernel says of it: ${fault.text}`, atMs: fault.at.wallMs, ...self},
    sent && signalEvidence(c, sent, self),
  );
}
