/** USR2: a second master started beside the first and took over; then the first was stopped. */
import {ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {judgeStop, withEvidence} from './master-stop.js';

export const upgrade: CauseRule = {
  id: 'upgrade',
  means: 'USR2: a second master took over',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const self = {supports: 'upgrade'} as const;
    const against = {contradicts: 'upgrade'} as const;
    if (!c.master.successor) return ruledOut({source: 'processes', fact: 'no second master was seen', ...against});
    return withEvidence(judgeStop(c, 'upgrade'), {
      source: 'processes',
      fact: 'a USR2 successor had taken over',
      ...self,
    });
  },
};
