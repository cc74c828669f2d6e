/** What the mouse does: it selects what was clicked, opens what was selected already, and its wheel is the arrow keys. */
import {chooseRestart, chooseWorker, moveSelection, scrollOverlay} from './move.js';
import {restartRows, restartsFrom, selectedRestart, shownWorkers, visibleRestarts, workersFrom} from './selection.js';
import type {MouseDone} from '../mouse.js';
import type {KeyPress, UiState} from './ui-state.js';

/** Lines of an overlay for one notch of the wheel. */
const notchLines = 3;

/** `open` opens what is selected. */
export function pointAt(
  state: UiState,
  {kind, at}: MouseDone,
  press: KeyPress,
  open: (state: UiState, press: KeyPress) => UiState,
): UiState {
  if (kind !== 'press') {
    const move = kind === 'wheel-up' ? 'up' : 'down';
    if (state.overlay === undefined) {
      return moveSelection(at === undefined ? state : {...state, pane: at.pane}, move, press);
    }
    return Array.from({length: notchLines}).reduce<UiState>((scrolled) => scrollOverlay(scrolled, move, press), state);
  }
  if (state.overlay !== undefined || at === undefined) {
    return state;
  }
  const {pane, line} = at;
  const chosen = pane === 'workers' ? workerOn(state, line, press) : restartOn(state, line, press);
  if (chosen === undefined) {
    return {...state, pane};
  }
  return chosen.wasSelected && state.pane === pane ? open(chosen.state, press) : chosen.state;
}

type Chosen = {readonly state: UiState; readonly wasSelected: boolean} | undefined;

function workerOn(state: UiState, line: number, {snapshot, pageRows: {workers: height}}: KeyPress): Chosen {
  const rows = shownWorkers(snapshot, state, height);
  const from = workersFrom(rows, state, height);
  const row = rows[from + line];
  return (
    row && {
      state: chooseWorker({...state, pane: 'workers'}, rows, row.id, from, height),
      wasSelected: row.id === state.workerId,
    }
  );
}

function restartOn(state: UiState, line: number, press: KeyPress): Chosen {
  const rows = restartRows(press.snapshot, state);
  const selectedId = selectedRestart(visibleRestarts(press.snapshot, state), state.restartId)?.id;
  const row = rows[restartsFrom(rows, selectedId, state, press.pageRows.restarts) + line];
  return row?.kind === 'restart'
    ? {
        state: chooseRestart({...state, pane: 'restarts'}, row.restart.id, press),
        wasSelected: row.restart.id === selectedId,
      }
    : undefined;
}
