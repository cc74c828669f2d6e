import {blockedLoops} from './blocked-loops.js';
import {deliberateEnds} from './deliberate-ends.js';
import {failedBoots} from './failed-boots.js';
import {failedLifespans} from './failed-lifespans.js';
import type {Fault} from './fault.js';
import {halts} from './halts.js';
import {machineAtFault} from './machine-at-fault.js';
import {masterChanges} from './master-changes.js';
import {memoryKills} from './memory-kills.js';
import {misdirectedSignals} from './misdirected-signals.js';
import {noFault} from './no-fault.js';
import {overrunDrains} from './overrun-drains.js';
import {slowBoots} from './slow-boots.js';
import {suddenEnds} from './sudden-ends.js';
import {timeouts} from './timeouts.js';

/** Every fault there is, in the order of the table that the suite prints. */
export const faults: readonly Fault[] = [
  ...timeouts,
  ...blockedLoops,
  ...machineAtFault,
  ...overrunDrains,
  ...memoryKills,
  ...suddenEnds,
  ...misdirectedSignals,
  ...halts,
  ...failedBoots,
  ...failedLifespans,
  ...slowBoots,
  ...deliberateEnds,
  ...masterChanges,
  ...noFault,
];

export function faultNamed(id: string): Fault {
  const fault = faults.find((each) => each.id === id);
  if (fault === undefined) {
    throw new Error(`No fault is called ${id}.`);
  }

  return fault;
}
