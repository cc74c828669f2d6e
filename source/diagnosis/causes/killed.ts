/**
 * SIGKILL from outside, with neither a memory nor a heartbeat reason.
 *
 * Who sent it is not in any source that an ordinary user can read, so it is never more than likely.
 */
import {insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  known,
  leftByItself,
  logEvidence,
  noOutOfMemoryKill,
} from '../facts.js';
import {timeoutLine} from '../own-words.js';

export const killed: CauseRule = {
  id: 'killed',
  means: 'SIGKILL from outside, with neither a memory nor a heartbeat reason',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const self = {supports: 'killed'} as const;
    const against = {contradicts: 'killed'} as const;
    const signal = exitSignal(c);
    const line = timeoutLine(c);
    const byMaster = line && logEvidence(line, against);
    if (signal === undefined) {
      const left = leftByItself(c, against) ?? byMaster;
      return left ? ruledOut(left) : insufficient('the exit status');
    }
    const limit = resourceLimits[signal];
    if (limit)
      return likely(...exitEvidence(c, self), {source: 'exit-status', fact: `${signal} is sent for ${limit}`, ...self});
    if (signal !== 'SIGKILL') return ruledOut(...exitEvidence(c, against));

    if (byMaster) return ruledOut(byMaster);
    if (c.drain === 'shutdown') return possible(...exitEvidence(c, self));
    const fresh = heartbeatWasFresh(c, self);
    const noMemoryKill = noOutOfMemoryKill(c, self);
    const evidence = known(...exitEvidence(c, self), fresh, noMemoryKill);
    return noMemoryKill && (fresh ?? c.timeoutSeconds === 0) ? likely(...evidence) : possible(...evidence);
  },
};

/** Signals that only a resource limit or a system call filter sends by itself (signal(7)). */
const resourceLimits: Readonly<Record<string, string>> = {
  SIGXCPU: 'the CPU time limit (RLIMIT_CPU)',
  SIGXFSZ: 'the file size limit (RLIMIT_FSIZE)',
  SIGSYS: 'a forbidden system call (seccomp)',
};
