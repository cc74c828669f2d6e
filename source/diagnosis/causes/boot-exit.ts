/** The process ended while starting, without a traceback: os._exit or sys.exit in the code that is imported. */
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitCode, exitEvidence, exitSignal, known, logHasNo, masterWentOn, maybeBooting, ownLine} from '../facts.js';
import {otherWords} from '../own-words.js';
import {sentFromOutside} from '../senders.js';
import {bootFailurePrintedWithinMs} from '../thresholds.js';

export const bootExit: CauseRule = {
  id: 'boot-exit',
  means: 'the process ended while starting, without a traceback: os._exit or sys.exit',
  branch: 'boot',
  expected: false,
  judge(c) {
    const self = {supports: 'boot-exit'} as const;
    const against = {contradicts: 'boot-exit'} as const;
    if (c.booted === true) return ruledOut({source: 'heartbeat', fact: 'it had finished booting', ...against});
    const words = otherWords(c, 'boot-exit');
    if (words) return ruledOut(words);
    const sent = sentFromOutside(c, against);
    if (sent) return ruledOut(sent);
    if (exitSignal(c) !== undefined) return ruledOut(...exitEvidence(c, against));
    const code = exitCode(c);
    if (c.booted === undefined)
      return code && maybeBooting(c) ? possible(...exitEvidence(c, self)) : insufficient('whether it had booted');
    const noTraceback = logHasNo(c, 'traceback of it', {withinMs: bootFailurePrintedWithinMs, hidden: false}, self);
    const evidence = known(
      ...exitEvidence(c, self),
      ownLine(c, 'worker-exiting', self),
      {source: 'heartbeat', fact: 'it never notified its heartbeat', ...self},
      noTraceback,
    );
    // It may have booted since the last sample, unless its heartbeat was read once more.
    const neverBooted = c.silence?.readAfterDeath === true;
    // 0 and 1 are also what a signal to stop and SIGABRT from outside end with; 3 and 4 are those of a failed boot.
    if (code !== undefined && code > 1 && code !== 3 && code !== 4 && noTraceback && neverBooted)
      return confirmed(...evidence);
    if (code !== undefined) return code === 3 || code === 4 ? possible(...evidence) : likely(...evidence);
    // Only a failed boot takes the master down with it.
    if (!masterWentOn(c, self)) return insufficient('the exit status', 'the error log');
    return noTraceback && ownLine(c, 'worker-exiting', self) ? likely(...evidence) : possible(...evidence);
  },
};
