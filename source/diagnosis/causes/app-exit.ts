/**
 * Ended by Python while serving: sys.exit, os._exit, or an exception that left the worker's own loop (255).
 *
 * Code 1 is also what an aborted worker ends with, and code 0 what every deliberate stop ends with.
 */
import {said} from '../../ledger/life.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  bootFailure,
  exitCode,
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  known,
  logEvidence,
  ownLine,
  toldToLeave,
} from '../facts.js';

export const appExit: CauseRule = {
  id: 'app-exit',
  means: 'ended by Python while serving: sys.exit, os._exit, or an exception that left the worker loop',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const self = {supports: 'app-exit'} as const;
    const against = {contradicts: 'app-exit'} as const;
    const code = exitCode(c);
    if (exitSignal(c) !== undefined) return ruledOut(...exitEvidence(c, against));
    if (c.life.booted === false)
      return ruledOut({source: 'heartbeat', fact: 'it had not finished booting', ...against});
    const failure = bootFailure(c);
    if (failure && (code === 3 || code === 4)) return ruledOut(logEvidence(failure, against));
    const told = toldToLeave(c, against);
    if (told && (code ?? 0) === 0) return ruledOut(told);
    const decided = ownLine(c, 'worker-timeout', against);
    if (decided) return ruledOut(decided);
    if (code === undefined) return insufficient('the exit status');
    if (code === 0) return insufficient('what tells a sys.exit(0) from a stop');

    const escaped = said(c.life, 'exception-in-worker');
    const evidence = known(
      ...exitEvidence(c, self),
      escaped && logEvidence(escaped, self),
      heartbeatWasFresh(c, {contradicts: 'timeout'}),
    );
    if (c.life.booted === undefined) return code === 3 || code === 4 ? possible(...evidence) : likely(...evidence);
    if (code === 1) return likely(...evidence);
    return confirmed(...evidence);
  },
};
