/** The master died without a farewell; its orphaned workers noticed, and left by themselves. */
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {haltedNear, known, logEvidence, masterWentOn, ownLine, stopSignal} from '../facts.js';
import {ownFarewell} from './deliberate-exit.js';

export const masterLost: CauseRule = {
  id: 'master-lost',
  means: 'the master died, and its orphaned workers left by themselves',
  branch: 'platform',
  expected: false,
  judge(c) {
    const self = {supports: 'master-lost'} as const;
    const against = {contradicts: 'master-lost'} as const;
    const halted = haltedNear(c);
    if (halted) return ruledOut(logEvidence(halted, against));
    const stop = stopSignal(c) ?? c.master.shuttingDown;
    if (stop) return ruledOut(logEvidence(stop, against));
    const wentOn = masterWentOn(c, against);
    if (wentOn) return ruledOut(wentOn);

    const line = ownLine(c, 'parent-changed', self);
    const {goneAt} = c.master;
    const gone =
      goneAt &&
      ({source: 'processes', fact: `master ${c.master.id.pid} is gone`, atMs: goneAt.wallMs, ...self} as const);
    if (line && gone) return confirmed(...known(line, gone, ownFarewell(c, 'master-lost')));
    if (line) return likely(line);
    if (!gone) return insufficient('whether the master is gone');
    const orphaned = c.life.glimpses.some(({sample}) => sample.parentPid !== c.master.id.pid);
    if (orphaned)
      return likely(gone, {source: 'processes', fact: `it lived on without master ${c.master.id.pid}`, ...self});
    return c.end.at.monotonicMs >= goneAt.monotonicMs ? possible(gone) : insufficient('which ended first');
  },
};
