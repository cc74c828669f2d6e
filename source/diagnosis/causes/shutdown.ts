/**
 * The master was told to stop (TERM, INT or QUIT) and took its workers with it.
 *
 * By whom is not known, so whether it was expected is left open. When another master takes over, the cause becomes
 * `upgrade` (a USR2 successor) or `service-restart` (a supervisor).
 */
import {ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {cameBack, judgeStop} from './master-stop.js';

export const shutdown: CauseRule = {
  id: 'shutdown',
  means: 'the master was told to stop: by a person, a deploy, a liveness probe or the platform',
  branch: 'platform',
  expected: undefined,
  judge(c) {
    const against = {contradicts: 'shutdown'} as const;
    if (c.master.successor) return ruledOut({source: 'processes', fact: 'a USR2 successor had taken over', ...against});
    if (cameBack(c))
      return ruledOut({source: 'processes', fact: `master ${c.master.next?.id.pid} took its place`, ...against});
    return judgeStop(c, 'shutdown');
  },
};
