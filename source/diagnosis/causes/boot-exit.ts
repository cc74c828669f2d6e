/** The process ended while starting, without a traceback: os._exit or sys.exit in the code that is imported. */
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  bootFailure,
  exitCode,
  exitEvidence,
  exitSignal,
  haltedNear,
  known,
  logEvidence,
  ownLine,
  stopSignal,
} from '../facts.js';

export const bootExit: CauseRule = {
  id: 'boot-exit',
  means: 'the process ended while starting, without a traceback: os._exit or sys.exit',
  branch: 'boot',
  expected: false,
  judge(c) {
    const self = {supports: 'boot-exit'} as const;
    const against = {contradicts: 'boot-exit'} as const;
    if (c.life.booted === true) return ruledOut({source: 'heartbeat', fact: 'it had finished booting', ...against});
    const failure = bootFailure(c);
    if (failure) return ruledOut(logEvidence(failure, against));
    if (exitSignal(c) !== undefined) return ruledOut(...exitEvidence(c, against));
    const code = exitCode(c);
    const halted = haltedNear(c);
    const stopped = stopSignal(c) ?? (halted && code !== 3 && code !== 4 ? halted : undefined);
    if (stopped) return ruledOut(logEvidence(stopped, against));
    if (c.life.booted === undefined) return insufficient('whether it had booted');
    const evidence = known(...exitEvidence(c, self), ownLine(c, 'worker-exiting', self), {
      source: 'heartbeat',
      fact: 'it never notified its heartbeat',
      ...self,
    });
    if (code !== undefined && code !== 0 && code !== 3 && code !== 4 && c.logComplete) return confirmed(...evidence);
    if (code !== undefined) return likely(...evidence);
    return c.logComplete ? likely(...evidence) : possible(...evidence);
  },
};
