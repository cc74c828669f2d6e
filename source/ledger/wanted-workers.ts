/**
 * How many workers the master wants now. The setting tells what it began with; a TTIN, a TTOU or a control command
 * changes it, also before anybody looked.
 *
 * The arbiter's memory tells the number itself. Else it is what has stood still: the arbiter replaces a missing worker
 * within about a second, so a number of workers that nobody was born into or died out of for some seconds is wanted.
 */
import {drainOf} from './drain.js';
import {withMaster} from './ledger.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {sameProcess} from './life.js';

/** Undefined where neither the setting nor the workers tell. */
export function wantedWorkers({settings, crew}: MasterRecord): number | undefined {
  const setting = settings.workers;
  return setting?.source === 'peek' ? setting.value : (crew?.wanted ?? setting?.value);
}

/** Longer than the arbiter needs to notice a death, to fork, and for all of it to be in a sample. */
const standsStillForMs = 5000;

/** The ledger after a sample, with what its number of workers tells. */
export function withCrew(ledger: Ledger): Ledger {
  const {at} = ledger;
  return withMaster(ledger, (master) => {
    if (!at || master.goneAt) return master;
    const staying = ledger.living.filter(
      (life) => life.kind !== 'dirty' && sameProcess(life.master, master.id) && drainOf(life) === undefined,
    );
    const turns = ledger.births + ledger.unseenCount + (ledger.reaps?.hidden ?? 0);
    const before = master.crew;
    if (before?.count !== staying.length || before.turns !== turns) {
      const crew = {count: staying.length, turns, since: at, ...(before?.wanted && {wanted: before.wanted})};
      return {...master, crew};
    }
    const isSettled = staying.length > 0 && staying.every(({booted}) => booted !== false);
    if (!isSettled || before.wanted === before.count || at.monotonicMs - before.since.monotonicMs < standsStillForMs)
      return master;
    return {...master, crew: {...before, wanted: before.count}};
  });
}

/** The master with so many more, or fewer, than it wanted; a reload has it begin with the setting again. */
export function withScale(master: MasterRecord, by: number | 'setting'): MasterRecord {
  const {crew} = master;
  if (!crew) return master;
  // What stood still before says nothing any more.
  const rest = {count: crew.count, since: crew.since, turns: -1};
  if (by === 'setting') return {...master, crew: rest};
  const wanted = wantedWorkers(master);
  // It keeps one worker at least (arbiter.py handle_ttou).
  return wanted === undefined ? master : {...master, crew: {...rest, wanted: Math.max(1, wanted + by)}};
}
