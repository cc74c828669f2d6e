/**
 * Killed for memory, by the kernel or by a userspace daemon.
 *
 * The kernel's log and its trace name the victim. The counters only say that somebody was killed in those seconds: a
 * kill by hand at the same moment looks the same, so without the victim's pid this is never more than likely.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {growthOf} from '../../ledger/memory-growth.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {chosenVictim, exitEvidence, exitSignal, known, leftByItself, logEvidence, noOutOfMemoryKill} from '../facts.js';
import {growthText} from '../prose.js';
import {timeoutLine} from '../own-words.js';
import {nobodySent, sentTo, signalEvidence} from '../senders.js';
import {victimToldWithinMs} from '../thresholds.js';
import type {Evidence, Judgement} from '../verdict.js';

const self = {supports: 'out-of-memory'} as const;
const against = {contradicts: 'out-of-memory'} as const;

export const outOfMemory: CauseRule = {
  id: 'out-of-memory',
  means: 'killed for memory: by the kernel in its cgroup or on the whole machine, or by a userspace daemon',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const signal = exitSignal(c);
    const left = leftByItself(c, against);
    const byDaemon = judgeDaemon(c);
    if (byDaemon) return byDaemon;
    if (signal !== undefined && signal !== 'SIGKILL') return ruledOut(...exitEvidence(c, against));
    if (signal === undefined && left) return ruledOut(left);
    const victim = chosenVictim(c, self);
    if (victim)
      return signal === undefined ? likely(victim) : confirmed(victim, ...exitEvidence(c, self), ...known(grew(c)));
    const otherKill = sentTo(c, ['SIGKILL'], ['master', 'itself', 'outside']);
    if (otherKill) return ruledOut(signalEvidence(c, otherKill, against));
    const noVictim = noneWasChosen(c);
    if (noVictim) return ruledOut(noVictim);
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
      ? likely(rose, ...exitEvidence(c, self), ...known(grew(c)))
      : possible(rose, ...exitEvidence(c, self), ...known(grew(c)));
  },
};

/** That it grew steadily, and how fast: any end may follow that, so it speaks for none. */
function grew({life}: Circumstances): Evidence | undefined {
  const growth = growthOf(life);
  return growth && {source: 'memory', fact: `it grew steadily${growthText(growth)}`};
}

/** Daemons that kill for memory say SIGTERM first, or SIGKILL at once. */
function judgeDaemon(c: Circumstances): Judgement | undefined {
  const sent = sentTo(c, ['SIGKILL', 'SIGTERM'], ['memory-daemon']);
  if (!sent) return undefined;
  const evidence = known(signalEvidence(c, sent, self), ...exitEvidence(c, self));
  return exitSignal(c) === 'SIGKILL' && sent.signal === 'SIGKILL' && sent.sender.user === 'root'
    ? confirmed(...evidence)
    : likely(...evidence);
}

/** Where every sender is told, nobody killed it for memory; where the kernel's log is, the kernel did not. */
function noneWasChosen(c: Circumstances): Evidence | undefined {
  if ((c.kernel.logForMs ?? -1) >= victimToldWithinMs && !sentTo(c, ['SIGKILL'], ['kernel']))
    return {source: 'kernel-log', fact: 'the kernel log, read without a gap, names it as no victim', ...against};
  return nobodySent(
    c,
    'kill of it for want of memory',
    {signals: ['SIGKILL'], origins: ['kernel', 'memory-daemon'], withinMs: victimToldWithinMs},
    against,
  );
}

/** How many workers died by SIGKILL around this death, this one included: the counter must have room for all of them. */
function killedNear(c: Circumstances): number {
  const others = c.siblings.endedNear.filter(
    ({end, log}) =>
      (end?.exit !== undefined && 'signal' in end.exit.status && end.exit.status.signal === 'SIGKILL') ||
      log.some(({event}) => event.event === 'died-by-signal' && event.signal === 'SIGKILL'),
  );
  return others.length + 1;
}
