import type {Snapshot} from '../snapshot.js';
import {formatSeconds} from '../view/format.js';

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** What stays in the terminal when the screen has gone: one line. `watchedMs` is how long it was watched. */
export function sessionSummary({target, master, restarts}: Snapshot, watchedMs: number): string {
  const duration = formatSeconds(watchedMs / 1000);
  if (!master) {
    return `gunspect: waited ${duration} for ${target}; it did not appear`;
  }
  const name = `${master.settings.app?.value ?? target} (master ${master.pid})`;
  const faults = restarts.filter(({expected}) => expected !== true);
  const last = faults[0] ? `, last #${faults[0].worker.pid} ${faults[0].cause}` : '';
  const seen = `${counted(restarts.length, 'restart')}, ${restarts.length - faults.length} expected${last}`;
  return `gunspect: watched ${name} for ${duration}: ${restarts.length === 0 ? 'no restart' : seen}`;
}
