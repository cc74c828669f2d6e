/** What is wrong with the master itself, in the words of the headline. */
import type {MasterTroubleNow} from '../ledger/master-trouble.js';
import {roughly} from './prose.js';

/** "the master has been stopped for 12 s: it replaces no worker, and kills none that hangs"; empty where it is well. */
export function troubleText({stoppedSeconds, missing}: MasterTroubleNow = {}): string {
  if (stoppedSeconds !== undefined)
    return `the master has been stopped for ${roughly(stoppedSeconds)}: it replaces no worker, and kills none that hangs`;
  return missing === undefined ? '' : `${missingText(missing)} for ${roughly(missing.seconds)}, and none forked`;
}

/** "the master is stopped", "1 worker missing for 9 s", where other things are told, too. */
export function troubleInShort({stoppedSeconds, missing}: MasterTroubleNow = {}): readonly string[] {
  return [
    ...(stoppedSeconds === undefined ? [] : ['the master is stopped']),
    ...(missing === undefined ? [] : [`${missingText(missing)} for ${roughly(missing.seconds)}`]),
  ];
}

function missingText({workers}: NonNullable<MasterTroubleNow['missing']>): string {
  return `${workers} ${workers === 1 ? 'worker' : 'workers'} missing`;
}
