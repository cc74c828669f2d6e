/** The guide's first split, read off the life: one that never finished booting is `boot`, whatever ended it. */
import type {Circumstances} from '../ledger/circumstances.js';
import type {CauseRule} from './cause-rule.js';
import {maybeBooting} from './facts.js';
import {nobodyFailedToBoot} from './own-words.js';
import type {Branch} from './verdict.js';

/** The branch of a life that ended for the cause of this rule; without a rule, of one whose cause is not known. */
export function branchOf(c: Circumstances, rule: CauseRule | undefined): Branch {
  if (rule?.id === 'boot-error' || c.booted === false) return 'boot';
  if (!rule) return 'unknown';
  if (rule.id === 'gave-up') return branchOfHalt(c);
  // A young worker whose heartbeat is not readable may have ended while it booted.
  return rule.branch === 'runtime' && maybeBooting(c) ? 'unknown' : rule.branch;
}

/** That of the death behind it. gunicorn says "failed to boot" for a sys.exit(3) while serving too. */
export function branchOfHalt(c: Circumstances): Branch {
  const {haltedBy} = c.master;
  const {endedNear, thisLeftFirst} = c.siblings;
  if (haltedBy?.booted !== undefined) return haltedBy.booted ? 'runtime' : 'boot';
  if (endedNear.some(({booted}) => booted === false)) return 'boot';
  // Where a failed boot would have been printed and was not, one that served before was behind it.
  const allServed = endedNear.length > 0 && endedNear.every(({booted}) => booted === true);
  return nobodyFailedToBoot(c) && allServed && thisLeftFirst === false ? 'runtime' : 'unknown';
}
