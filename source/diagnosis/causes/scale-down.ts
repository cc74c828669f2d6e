/** TTOU, `worker remove` or WINCH: the oldest worker was told to stop, and nobody took its place. */
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {handled, known, logEvidence, logHasNo, masterWentOn} from '../facts.js';
import {replacementDueMs} from '../thresholds.js';
import {notDeliberate, ownFarewell} from './deliberate-exit.js';

export const scaleDown: CauseRule = {
  id: 'scale-down',
  means: 'TTOU, worker remove or WINCH: one worker fewer was wanted, and it was not replaced',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const self = {supports: 'scale-down'} as const;
    const against = {contradicts: 'scale-down'} as const;
    if (c.life.replacedBy)
      return ruledOut({source: 'workers', fact: `it was replaced by ${c.life.replacedBy.pid}`, ...against});
    const other = notDeliberate(c, 'scale-down');
    if (other) return ruledOut(other);
    const asked = handled(c, ['ttou', 'winch']);
    const farewell = ownFarewell(c, 'scale-down');
    if (asked && c.drain === 'scale-down') {
      const evidence = known(logEvidence(asked, self), farewell);
      return farewell ? confirmed(...evidence) : likely(...evidence);
    }
    const noSignal = logHasNo(c, 'Handling signal: ttou', against);
    if (noSignal) return ruledOut(noSignal);

    const wentOn = masterWentOn(c, self);
    if (!wentOn || c.waitedMs < replacementDueMs || c.siblings.living.length === 0)
      return insufficient('the error log');
    const evidence = known(
      {source: 'workers', fact: 'nobody took its place, and the other workers went on', ...self},
      wentOn,
      farewell,
    );
    return c.siblings.surplus.length === 0 && c.siblings.endedNear.length === 0 && c.siblings.thisWasOldest
      ? likely(...evidence)
      : possible(...evidence);
  },
};
