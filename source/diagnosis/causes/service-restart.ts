/** The master was stopped, and its supervisor started another in its place within two minutes. */
import {insufficient, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {successorWithinMs} from '../thresholds.js';
import {cameBack, judgeStop, withEvidence} from './master-stop.js';

export const serviceRestart: CauseRule = {
  id: 'service-restart',
  means: 'the master was stopped, and its supervisor started another',
  branch: 'platform',
  expected: undefined,
  judge(c) {
    const self = {supports: 'service-restart'} as const;
    const against = {contradicts: 'service-restart'} as const;
    if (c.master.successor) return ruledOut({source: 'processes', fact: 'a USR2 successor had taken over', ...against});
    const stop = judgeStop(c, 'service-restart');
    if (stop.verdict === 'ruled-out') return stop;
    if (!cameBack(c))
      return c.master.next || c.waitedMs > successorWithinMs
        ? ruledOut({source: 'processes', fact: 'no other master was seen within 120 s', ...against})
        : insufficient('whether another master takes its place');
    const {next} = c.master;
    return withEvidence(stop, {
      source: 'processes',
      fact: `master ${next?.id.pid} took its place`,
      ...(next && {atMs: next.startedMs}),
      ...self,
    });
  },
};
