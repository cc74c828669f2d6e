import {emptyLedger, type Ledger} from '../../source/ledger/ledger.js';
import type {Life, LifeEnd} from '../../source/ledger/life.js';
import {take} from '../../source/ledger/take.js';
import type {Observation} from '../../source/observation.js';

/** The ledger after these observations. */
export function fold(observations: readonly Observation[], ledger: Ledger = emptyLedger('shop')): Ledger {
  return observations.reduce(take, ledger);
}

/** The ended life of this pid. Throws when there is none. */
export function endedLife(ledger: Ledger, pid: number): Life & {readonly end: LifeEnd} {
  const hasEnded = (life: Life): life is Life & {readonly end: LifeEnd} => life.end !== undefined;
  const life = ledger.ended.filter(hasEnded).findLast(({id}) => id.pid === pid);
  if (!life) throw new Error(`${pid} did not end`);
  return life;
}

/** The living one of this pid. Throws when there is none. */
export function livingLife(ledger: Ledger, pid: number): Life {
  const life = ledger.living.find(({id}) => id.pid === pid);
  if (!life) throw new Error(`${pid} does not live`);
  return life;
}
