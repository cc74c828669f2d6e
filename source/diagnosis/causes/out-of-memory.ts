/**
 * Killed for memory, by the kernel or by a userspace daemon.
 *
 * The counters say that somebody was killed in those seconds, not who: a kill by hand at the same moment looks the
 * same, so this is never more than likely without the victim's pid.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitEvidence, exitSignal, leftByItself, logEvidence, noOutOfMemoryKill} from '../facts.js';
import {timeoutLine} from '../own-words.js';

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
    const line = timeoutLine(c);
    // The master sends its SIGKILL a second after the line; only a counter that rose in between leaves room for another.
    if (line && !count) return ruledOut(logEvidence(line, against));
    if (!count) return insufficient('an OOM kill counter read before and after');
    const rose = {
      source: 'oom-counter',
      fact: `oom_kill of the ${count.scope} rose from ${count.before} to ${count.after}`,
      atMs: c.end.at.wallMs,
      ...self,
    } as const;
    if (line) return possible(rose, logEvidence(line, against));
    if (signal === undefined) return possible(rose);
    return count.after - count.before >= killedNear(c)
      ? likely(rose, ...exitEvidence(c, self))
      : possible(rose, ...exitEvidence(c, self));
  },
};

/** How many workers died by SIGKILL around this death, this one included: the counter must have room for all of them. */
function killedNear(c: Circumstances): number {
  const others = c.siblings.endedNear.filter(
    ({end, log}) =>
      (end?.exit !== undefined && 'signal' in end.exit.status && end.exit.status.signal === 'SIGKILL') ||
      log.some(({event}) => event.event === 'died-by-signal' && event.signal === 'SIGKILL'),
  );
  return others.length + 1;
}
