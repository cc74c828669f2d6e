/** A line that is typed in the footer and acted on with enter: where to jump in time, and which worker to go to. */
import {chooseRestart, chooseWorker} from './move.js';
import {shownWorkers, visibleRestarts, workersFrom} from './selection.js';
import {jump} from './time-travel.js';
import type {KeyPress, UiState} from './ui-state.js';

export type Prompt = {readonly kind: 'jump' | 'restart'; readonly text: string};

/** Longer than anything that makes sense. */
const longest = 40;

export function openPrompt(state: UiState, kind: Prompt['kind']): UiState {
  return {...state, prompt: {kind, text: ''}};
}

function closePrompt(state: UiState): UiState {
  const {prompt: _, ...rest} = state;
  return rest;
}

/** The state after a key, or a pasted text, while a prompt is open. */
export function typePrompt(state: UiState, prompt: Prompt, press: KeyPress): UiState {
  const {kind, text} = prompt;
  const typed = (added: string): UiState => ({
    ...state,
    prompt: {kind, text: (text + added.replaceAll(/[^ -~]/gu, '')).slice(0, longest)},
  });
  if (press.pasted !== undefined) {
    return typed(press.pasted);
  }
  switch (press.keyName) {
    case 'enter':
      return kind === 'jump' ? jump(closePrompt(state), text, press) : goTo(closePrompt(state), text, press);
    case 'escape':
      return closePrompt(state);
    case 'backspace':
      return text === '' ? closePrompt(state) : {...state, prompt: {kind, text: text.slice(0, -1)}};
    case 'space':
      return typed(' ');
    default:
      return /^[!-~]$/u.test(press.keyName) ? typed(press.keyName) : state;
  }
}

/** Selects the restart of the worker with this pid, or the worker itself while it lives. What hides it is taken away. */
function goTo(state: UiState, text: string, press: KeyPress): UiState {
  const pid = Number(/^#?(\d+)$/u.exec(text.trim())?.[1]);
  const {snapshot} = press;
  const restart = snapshot.restarts.find(({worker}) => worker.pid === pid);
  if (restart !== undefined) {
    const isHidden = !visibleRestarts(snapshot, state).includes(restart);
    const shown: UiState = isHidden ? {...state, filter: '', faultsOnly: false} : state;
    return chooseRestart({...withoutOverlay(shown), pane: 'restarts'}, restart.id, press);
  }
  const height = press.pageRows.workers;
  const inWorkers: UiState = {...withoutOverlay(state), pane: 'workers', filter: ''};
  const rows = shownWorkers(snapshot, inWorkers, height);
  const row = rows.find((worker) => worker.pid === pid);
  return row === undefined
    ? {
        ...state,
        message: Number.isNaN(pid) ? `“${text}” is no pid` : `no restart of ${pid} is known, and it does not live`,
      }
    : chooseWorker(inWorkers, rows, row.id, workersFrom(rows, inWorkers, height), height);
}

function withoutOverlay(state: UiState): UiState {
  const {overlay: _, ...rest} = state;
  return {...rest, overlayOffset: 0};
}
