/** A counter of OOM kills, read before and after a death. */
import type {Life, LifeEnd} from './life.js';
import {killedToGoneMs} from './limits.js';
import type {Pulse} from './pulse.js';

export type OutOfMemoryCount = {readonly scope: 'cgroup' | 'machine'; readonly before: number; readonly after: number};

/** The last reading that surely was before the kill and the first after the death; undefined without both. */
export function countAround(pulses: readonly Pulse[], life: Life, end: LifeEnd): OutOfMemoryCount | undefined {
  const machine = around('machine', 'oomKills', pulses, life, end);
  const cgroup = around('cgroup', 'cgroupOomKills', pulses, life, end);
  // The machine's counter contains the cgroup's: unchanged, it says more; changed, the cgroup's says whether it was ours.
  if (machine && machine.before === machine.after) return machine;
  return cgroup ?? machine;
}

function around(
  scope: OutOfMemoryCount['scope'],
  counter: 'oomKills' | 'cgroupOomKills',
  pulses: readonly Pulse[],
  life: Life,
  end: LifeEnd,
): OutOfMemoryCount | undefined {
  const read = pulses.filter((pulse) => pulse[counter] !== undefined);
  const before = read.findLast(({at}) => at.monotonicMs <= life.lastSeen.monotonicMs - killedToGoneMs)?.[counter];
  const after = read.find(({at}) => at.monotonicMs >= end.at.monotonicMs)?.[counter];
  return before === undefined || after === undefined ? undefined : {scope, before, after};
}
