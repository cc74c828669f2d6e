import type {Command} from '../keymap.js';
import {scrollTo} from './scroll.js';
import {restartRows, selectedRestart, visibleRestarts, visibleWorkers} from './selection.js';
import type {KeyPress, UiState} from './ui-state.js';

/** The commands that move the selection, or an overlay's window. */
export type Move = Extract<Command, 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom'>;

/** The position after a move, before it is held within the list. */
function moved(position: number, move: Move, page: number): number {
  const step = Math.max(1, page - 1);
  switch (move) {
    case 'up':
      return position - 1;
    case 'down':
      return position + 1;
    case 'page-up':
      return position - step;
    case 'page-down':
      return position + step;
    case 'top':
      return 0;
    case 'bottom':
      return Number.POSITIVE_INFINITY;
  }
}

/** The state with another row of the focused pane selected, and in sight. */
export function moveSelection(state: UiState, move: Move, press: KeyPress): UiState {
  const {pane} = state;
  const {ids, rowIds, currentId} = pane === 'workers' ? workersToMoveIn(state, press) : restartsToMoveIn(state, press);
  const page = press.pageRows[pane];
  const current = currentId === undefined ? -1 : ids.indexOf(currentId);
  const wanted = current === -1 ? 0 : moved(current, move, page);
  const id = ids[Math.min(ids.length - 1, Math.max(0, wanted))];
  if (id === undefined) {
    return state;
  }
  const offset = scrollTo(state.offsets[pane], rowIds.indexOf(id), page, rowIds.length);
  const offsets = {...state.offsets, [pane]: offset};
  return pane === 'workers' ? {...state, offsets, workerId: id} : {...state, offsets, restartId: id};
}

function workersToMoveIn(state: UiState, {snapshot}: KeyPress) {
  const ids = visibleWorkers(snapshot, state).map((row) => row.id);
  return {ids, rowIds: ids, currentId: state.workerId};
}

/** The list holds rows that cannot be selected: what happened to the master. They count for scrolling. */
function restartsToMoveIn(state: UiState, {snapshot}: KeyPress) {
  const restarts = visibleRestarts(snapshot, state);
  const rowIds = restartRows(snapshot, state).map((row) => (row.kind === 'restart' ? row.restart.id : undefined));
  return {
    ids: restarts.map(({id}) => id),
    rowIds,
    currentId: selectedRestart(restarts, state.restartId)?.id,
  };
}

/** The state with the open overlay scrolled. */
export function scrollOverlay(state: UiState, move: Move, press: KeyPress): UiState {
  const {overlayEnd: end} = press;
  const from = Math.min(state.overlayOffset, end);
  const page = press.pageRows.workers + press.pageRows.restarts;
  return {...state, overlayOffset: Math.min(end, Math.max(0, moved(from, move, page)))};
}
