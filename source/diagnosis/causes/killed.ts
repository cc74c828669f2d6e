/**
 * SIGKILL from outside, with neither a memory nor a heartbeat reason.
 *
 * Who sent it is in no source that an ordinary user can read: without the kernel's trace it is never more than likely.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  chosenVictim,
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  known,
  leftByItself,
  logEvidence,
  noOutOfMemoryKill,
} from '../facts.js';
import {timeoutLine} from '../own-words.js';
import {abortedByMaster, sentTo, signalEvidence} from '../senders.js';
import type {Judgement} from '../verdict.js';

const self = {supports: 'killed'} as const;
const against = {contradicts: 'killed'} as const;

export const killed: CauseRule = {
  id: 'killed',
  means: 'SIGKILL from outside, with neither a memory nor a heartbeat reason',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const signal = exitSignal(c);
    const line = timeoutLine(c);
    const byMaster = line ? logEvidence(line, against) : abortedByMaster(c, against);
    if (signal === undefined) {
      const left = leftByItself(c, against) ?? byMaster;
      return left ? ruledOut(left) : insufficient('the exit status');
    }
    const limit = resourceLimits[signal];
    if (limit) return judgeLimit(c, signal, limit);
    if (signal !== 'SIGKILL') return ruledOut(...exitEvidence(c, against));

    if (byMaster) return ruledOut(byMaster);
    const told = sentTo(c, ['SIGKILL'], ['master', 'itself', 'memory-daemon']);
    if (told) return ruledOut(signalEvidence(c, told, against));
    const sent = sentTo(c, ['SIGKILL'], ['outside']);
    const sender = sent && signalEvidence(c, sent, self);
    const victim = sender ? undefined : chosenVictim(c, against);
    if (victim) return ruledOut(victim);
    if (c.drain === 'shutdown') return possible(...known(sender), ...exitEvidence(c, self));
    if (sender) return confirmed(sender, ...exitEvidence(c, self));
    const fresh = heartbeatWasFresh(c, self);
    const noMemoryKill = noOutOfMemoryKill(c, self);
    const evidence = known(...exitEvidence(c, self), fresh, noMemoryKill);
    if (noMemoryKill && (fresh ?? c.timeoutSeconds === 0)) return likely(...evidence);
    // The master's own SIGKILL looks the same where neither its log nor the heartbeat can be read.
    const isBlind = !c.silence && c.log.unbrokenForMs === undefined && c.timeoutSeconds !== 0;
    return isBlind ? insufficient('the heartbeat', 'the error log') : possible(...evidence);
  },
};

/** The kernel's own signal for a limit; another process may send the same number. */
function judgeLimit(c: Circumstances, signal: string, limit: string): Judgement {
  const outside = sentTo(c, [signal], ['outside', 'itself']);
  if (outside) return ruledOut(signalEvidence(c, outside, against));
  const byKernel = sentTo(c, [signal], ['kernel']);
  const evidence = [
    ...exitEvidence(c, self),
    ...known(byKernel && signalEvidence(c, byKernel, self)),
    {source: 'exit-status', fact: `${signal} is sent for ${limit}`, ...self} as const,
  ];
  return byKernel ? confirmed(...evidence) : likely(...evidence);
}

/** Signals that only a resource limit or a system call filter sends by itself (signal(7)). */
const resourceLimits: Readonly<Record<string, string>> = {
  SIGXCPU: 'the CPU time limit (RLIMIT_CPU)',
  SIGXFSZ: 'the file size limit (RLIMIT_FSIZE)',
  SIGSYS: 'a forbidden system call (seccomp)',
};
