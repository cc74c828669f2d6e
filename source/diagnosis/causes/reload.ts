/**
 * HUP: the whole generation was replaced. New workers are forked first, then the old ones are told to stop.
 *
 * A worker of the old generation that was killed for a timeout while it drained is a `timeout`, and one that crashed is a `crash`.
 */
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {handled, known, logEvidence, logHasNo} from '../facts.js';
import {notDeliberate, ownFarewell} from './deliberate-exit.js';

export const reload: CauseRule = {
  id: 'reload',
  means: 'HUP: the whole generation was replaced',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const self = {supports: 'reload'} as const;
    const against = {contradicts: 'reload'} as const;
    const other = notDeliberate(c, 'reload');
    if (other) return ruledOut(other);
    const farewell = ownFarewell(c, 'reload');
    const hup = handled(c, ['hup']);
    if (hup && c.drain === 'reload') {
      const evidence = known(logEvidence(hup, self), farewell);
      return farewell ? confirmed(...evidence) : likely(...evidence);
    }
    const noHup = logHasNo(c, 'Handling signal: hup', against);
    if (noHup) return ruledOut(noHup);

    const {surplus} = c.siblings;
    if (surplus.length > 0 && !c.life.replacedBy) {
      const evidence = known(
        {source: 'workers', fact: `${surplus.length} new workers were forked before it ended, and none after`, ...self},
        farewell,
      );
      return surplus.length > 1 ? likely(...evidence) : possible(...evidence);
    }
    if (c.life.replacedBy && surplus.length === 0 && c.siblings.endedNear.length === 0)
      return ruledOut({
        source: 'workers',
        fact: `its replacement ${c.life.replacedBy.pid} was forked after it ended, alone`,
        ...against,
      });
    return insufficient('the error log');
  },
};
