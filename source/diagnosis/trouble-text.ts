/** What is wrong with the master itself, as a part of the headline. */
import type {MasterTroubleNow} from '../ledger/master-trouble.js';
import {roughly} from './prose.js';

/** "the master is stopped for 12 s and replaces nobody, 1 worker missing for 9 s"; empty where it is well. */
export function troubleText({stoppedSeconds, missing}: MasterTroubleNow = {}): string {
  const parts = [
    ...(stoppedSeconds === undefined
      ? []
      : [
          `the master has been stopped for ${roughly(stoppedSeconds)}: it replaces no worker, and kills none that hangs`,
        ]),
    ...(missing === undefined
      ? []
      : [
          `${missing.workers} ${missing.workers === 1 ? 'worker' : 'workers'} missing for ${roughly(missing.seconds)}, and none forked`,
        ]),
  ];
  return parts.join(', ');
}
