/**
 * The interpreter or an extension died: SIGSEGV, SIGBUS, SIGILL, SIGFPE or abort().
 *
 * The same signals can be sent by hand; only the kernel's own record of the fault would exclude that.
 */
import {insufficient, likely, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  heartbeatWasSilent,
  known,
  leftByItself,
  logEvidence,
} from '../facts.js';
import {timeoutLine} from '../own-words.js';

const crashSignals: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP']);

export const crash: CauseRule = {
  id: 'crash',
  means: 'the interpreter or an extension died: a memory fault, an illegal instruction or abort()',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const self = {supports: 'crash'} as const;
    const against = {contradicts: 'crash'} as const;
    const signal = exitSignal(c);
    const line = timeoutLine(c);
    const aborted = line && logEvidence(line, against);
    if (signal === undefined) {
      const left = leftByItself(c, against) ?? aborted;
      return left ? ruledOut(left) : insufficient('the exit status');
    }
    if (!crashSignals.has(signal)) return ruledOut(...exitEvidence(c, against));
    if (signal === 'SIGABRT') {
      // SIGABRT is also what the master sends for a timeout, and what kills a UvicornWorker at once.
      const byMaster = aborted ?? heartbeatWasSilent(c, against);
      if (byMaster) return ruledOut(byMaster);
    }
    return likely(...known(...exitEvidence(c, self), heartbeatWasFresh(c, {contradicts: 'timeout'})));
  },
};
