/** What keys ask for that the screen itself cannot do: it only says so, and somebody else does it. */
import {selectedRestart, visibleRestarts} from './selection.js';
import type {KeyPress, UiState} from './ui-state.js';

function serialAfter({deed}: UiState): number {
  return (deed?.serial ?? 0) + 1;
}

/** The restart that is open or selected; of a selected worker its own, once it has died. */
export function askToCopy(state: UiState, press: KeyPress): UiState {
  const {restarts} = press.snapshot;
  const isWorker = state.overlay === 'worker' || (state.pane === 'workers' && state.overlay !== 'restart');
  const restart = isWorker
    ? restarts.find(({id}) => id === state.workerId)
    : selectedRestart(visibleRestarts(press.snapshot, state), state.restartId);
  return restart === undefined
    ? {...state, message: 'no restart is selected'}
    : {
        ...state,
        message: `copying #${restart.worker.pid}`,
        deed: {kind: 'copy', restartId: restart.id, serial: serialAfter(state)},
      };
}

export function askForReport(state: UiState): UiState {
  return {...state, message: 'writing the report', deed: {kind: 'report', serial: serialAfter(state)}};
}
