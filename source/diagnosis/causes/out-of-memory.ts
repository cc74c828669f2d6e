/**
 * Killed for memory, by the kernel or by a userspace daemon.
 *
 * The counters say that somebody was killed in those seconds, not who: a kill by hand at the same moment looks the
 * same, so this is never more than likely without the victim's pid.
 */
import {insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitEvidence, exitSignal, known, leftByItself, noOutOfMemoryKill, ownLine} from '../facts.js';

export const outOfMemory: CauseRule = {
  id: 'out-of-memory',
  means: 'killed for memory: by the kernel in its cgroup or on the whole machine, or by a userspace daemon',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const self = {supports: 'out-of-memory'} as const;
    const against = {contradicts: 'out-of-memory'} as const;
    const signal = exitSignal(c);
    const left = leftByItself(c, against);
    if (signal !== undefined && signal !== 'SIGKILL') return ruledOut(...exitEvidence(c, against));
    if (signal === undefined && left) return ruledOut(left);
    const unchanged = noOutOfMemoryKill(c, against);
    if (unchanged) return ruledOut(unchanged);

    const count = c.outOfMemory;
    if (!count) return insufficient('an OOM kill counter read before and after');
    const rose = {
      source: 'oom-counter',
      fact: `oom_kill of the ${count.scope} rose from ${count.before} to ${count.after}`,
      atMs: c.end.at.wallMs,
      ...self,
    } as const;
    const masterDecided = ownLine(c, 'worker-timeout', against);
    if (masterDecided) return possible(rose, masterDecided);
    return signal === 'SIGKILL' && count.scope === 'cgroup'
      ? likely(...known(rose, ...exitEvidence(c, self)))
      : possible(...known(rose, ...exitEvidence(c, self)));
  },
};
