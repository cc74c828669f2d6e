/** The master died without a farewell; its orphaned workers noticed, and left by themselves. */
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitEvidence, exitSignal, known, logEvidence, masterWentOn, ownLine} from '../facts.js';
import {haltedNear, otherWords} from '../own-words.js';
import {masterWasTold} from '../senders.js';
import {notDeliberate, ownFarewell} from './deliberate-exit.js';

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
    const words = otherWords(c, 'master-lost');
    if (words) return ruledOut(words);
    const stop = c.master.stop ?? c.master.shuttingDown;
    if (stop) return ruledOut(logEvidence(stop, against));
    const wentOn = masterWentOn(c, against);
    if (wentOn) return ruledOut(wentOn);
    const odd = notDeliberate(c, 'master-lost');
    if (odd) return ruledOut(odd);

    const line = ownLine(c, 'parent-changed', self);
    const {goneAt} = c.master;
    const gone =
      goneAt &&
      ({source: 'processes', fact: `master ${c.master.id.pid} is gone`, atMs: goneAt.wallMs, ...self} as const);
    if (line && gone)
      return confirmed(...known(line, gone, masterWasTold(c, ['SIGKILL'], self), ownFarewell(c, 'master-lost')));
    if (line) return likely(line);
    if (!gone) return insufficient('whether the master is gone');
    const orphaned = c.life.lastSeen.monotonicMs > goneAt.monotonicMs;
    const killed = masterWasTold(c, ['SIGKILL'], self);
    if (orphaned)
      return likely(
        ...known(killed, gone, {source: 'processes', fact: `it lived on without master ${c.master.id.pid}`, ...self}),
      );
    // One that leaves by itself does not end by a signal.
    if (exitSignal(c) !== undefined) return ruledOut(...exitEvidence(c, against));
    return c.end.by.monotonicMs >= goneAt.monotonicMs ? possible(gone) : insufficient('which ended first');
  },
};
