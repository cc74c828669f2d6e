import type {Snapshot} from '../../snapshot.js';
import type {UiState} from './ui-state.js';

/** A worker found by its pid is the one that was forked at that moment, as far as two clocks agree. */
const sameForkMs = 2000;

/**
 * The state with the selection on whoever stands in the place of the followed worker now: when it has ended, on the
 * worker that was forked for it. Until that is known the selection stays where it is.
 */
export function withFollowed(state: UiState, snapshot: Snapshot): UiState {
  if (!state.following || state.workerId === undefined) {
    return state;
  }
  const heirs = new Set<string>();
  let id = state.workerId;
  for (let next = heirOf(id, snapshot); next !== undefined && !heirs.has(next); next = heirOf(id, snapshot)) {
    heirs.add(next);
    id = next;
  }
  return id === state.workerId ? state : {...state, workerId: id};
}

/** The id of the worker that took the place of this one. */
function heirOf(id: string, {workers, restarts}: Snapshot): string | undefined {
  const heir = restarts.find((restart) => restart.id === id)?.replacement;
  if (heir === undefined) {
    return undefined;
  }
  const row = workers.find(({pid, ended}) => pid === heir.pid && ended === undefined);
  const ended = restarts.find(
    ({worker}) => worker.pid === heir.pid && Math.abs(worker.startedMs - heir.atMs) <= sameForkMs,
  );
  return row?.id ?? ended?.id;
}
