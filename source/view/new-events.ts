import type {Snapshot} from '../snapshot.js';

function eventsOf({restarts, masterEvents}: Snapshot): readonly string[] {
  return [...restarts.map(({id}) => id), ...masterEvents.map(({event, atMs}) => `${event}@${atMs}`)];
}

/** Restarts and master events that the frozen picture does not have. */
export function countNewEvents(frozen: Snapshot, live: Snapshot): number {
  const known = new Set(eventsOf(frozen));
  return eventsOf(live).filter((event) => !known.has(event)).length;
}
