import type {WorkerRow} from '../../snapshot.js';
import type {Command} from '../keymap.js';
import {placeOf} from './row-order.js';
import {scrollTo} from './scroll.js';
import {
  restartRows,
  restartsFrom,
  selectedRestart,
  shownWorkers,
  timeOf,
  visibleRestarts,
  workersFrom,
} from './selection.js';
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
  return state.pane === 'workers' ? moveWorker(state, move, press) : moveRestart(state, move, press);
}

function moveWorker(state: UiState, move: Move, {snapshot, pageRows: {workers: height}}: KeyPress): UiState {
  const rows = shownWorkers(snapshot, state, height);
  const place = state.workerId === undefined ? 0 : placeOf(rows, state.workerId, state.sort);
  const isThere = rows[place]?.id === state.workerId;
  // From a row that has gone, down is the one that took its place.
  const target = isThere ? moved(place, move, height) : moved(place, move, height) - (move === 'down' ? 1 : 0);
  const row = rows[within(target, rows.length)];
  return row === undefined ? state : chooseWorker(state, rows, row.id, workersFrom(rows, state, height), height);
}

/** The state with this worker selected, in a window that stood at `from` and moves only as far as it must. */
export function chooseWorker(
  state: UiState,
  rows: readonly WorkerRow[],
  id: string,
  from: number,
  height: number,
): UiState {
  const index = rows.findIndex((row) => row.id === id);
  const line = index - scrollTo(from, index, height, rows.length);
  // Whoever moves follows nobody any more.
  return {...state, workerId: id, following: false, lines: {...state.lines, workers: line}};
}

function moveRestart(state: UiState, move: Move, press: KeyPress): UiState {
  const rows = restartRows(press.snapshot, state);
  const restarts = rows.flatMap((row) => (row.kind === 'restart' ? [row.restart] : []));
  const current = restarts.findIndex(({id}) => id === selectedRestart(restarts, state.restartId)?.id);
  const restart = restarts[within(moved(current, move, press.pageRows.restarts), restarts.length)];
  return restart === undefined ? state : chooseRestart(state, restart.id, press, move === 'top');
}

/**
 * The state with this restart selected. The window moves only as far as it must, or to its top. The list holds rows
 * that cannot be selected, what happened to the master, and they count for it.
 */
export function chooseRestart(
  state: UiState,
  id: string,
  {snapshot, pageRows: {restarts: height}}: KeyPress,
  toTop = false,
): UiState {
  const rows = restartRows(snapshot, state);
  const selectedId = selectedRestart(visibleRestarts(snapshot, state), state.restartId)?.id;
  const index = rows.findIndex((row) => row.kind === 'restart' && row.restart.id === id);
  const from = toTop ? 0 : restartsFrom(rows, selectedId, state, height);
  const top = Math.max(Math.min(from, index), index - height + 1);
  const [newest] = rows;
  const seesAll = state.restartId === undefined || top === 0;
  const seenMs = newest !== undefined && seesAll ? timeOf(newest) : state.seenMs;
  return {...state, restartId: id, seenMs, lines: {...state.lines, restarts: index - top}};
}

function within(position: number, count: number): number {
  return Math.min(count - 1, Math.max(0, position));
}

/** The state with the open overlay scrolled. */
export function scrollOverlay(state: UiState, move: Move, press: KeyPress): UiState {
  const {overlayEnd: end} = press;
  const from = Math.min(state.overlayOffset, end);
  const page = press.pageRows.workers + press.pageRows.restarts;
  return {...state, overlayOffset: Math.min(end, Math.max(0, moved(from, move, page)))};
}
