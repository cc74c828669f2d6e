/**
 * What the person at the keys has asked for, and one pure function that says how a key changes it.
 *
 * The state names rows by id and never by position, so that nothing moves when rows come and go.
 */
import type {Snapshot} from '../../snapshot.js';
import {commandOf, type Command} from '../keymap.js';
import {sortKeys, sortedIds, type Sort} from './row-order.js';
import {withFollowed} from './follow.js';
import {chooseRestart, chooseWorker, moveSelection, scrollOverlay} from './move.js';
import {openPrompt, typePrompt, type Prompt} from './prompt.js';
import {selectedRestart, shownWorkers, visibleRestarts, visibleWorkers, workersFrom} from './selection.js';
import {goLive, stepBack, stepForward} from './time-travel.js';
import {askForReport, askToCopy} from './asks.js';
import {nextTheme, toggleMouse} from './terminal-ways.js';
import type {Deed} from '../screen-deeds.js';
import type {ThemeName} from '../theme.js';
import type {MouseDone} from '../mouse.js';
import type {Timeline} from '../timeline.js';
import {pointAt} from './point.js';

export type Pane = 'workers' | 'restarts';
export type Overlay = 'help' | 'sources' | 'guide' | 'restart' | 'worker';

export type UiState = {
  readonly pane: Pane;
  /** Undefined until someone moves: the newest unexpected restart. */
  readonly restartId?: string;
  readonly workerId?: string;
  /** Whether the selection goes on to the worker that takes the place of the selected one. */
  readonly following?: boolean;
  /** On which line of its pane the selected row stood when it was last moved: it stays there while rows come and go. */
  readonly lines: Readonly<Record<Pane, number>>;
  /** The newest row of the restart list at that moment, wall clock in milliseconds. */
  readonly seenMs: number;
  readonly overlay?: Overlay;
  readonly overlayOffset: number;
  readonly faultsOnly: boolean;
  /** Empty: no filter. */
  readonly filter: string;
  /** True while the filter is being typed: keys are letters then. */
  readonly typing: boolean;
  readonly sort?: Sort;
  readonly utc: boolean;
  readonly theme: ThemeName;
  /** Whether the mouse is ours; else the terminal marks text with it. */
  readonly mouse: boolean;
  /** False where no colour is wanted, whatever the theme. */
  readonly colour: boolean;
  /** The frozen picture. */
  readonly paused?: {readonly snapshot: Snapshot; readonly atMs: number};
  /** What is typed in the footer, other than the filter. */
  readonly prompt?: Prompt;
  /** A word to the reader in the footer, until the next key. */
  readonly message?: string;
  /** What a key asked for last that the screen itself cannot do. */
  readonly deed?: Deed;
  /** How often a redraw was asked for. */
  readonly redraws: number;
  readonly quitting: boolean;
};

/** One key, with what the screen showed when it was pressed. */
export type KeyPress = {
  readonly keyName: string;
  /** Text that was pasted instead. */
  readonly pasted?: string;
  /** What was done with the mouse instead. */
  readonly mouse?: MouseDone;
  /** A word to the reader from whoever did what a key asked for: no key was pressed. */
  readonly said?: string;
  /** The snapshot on the screen: the frozen one while paused. */
  readonly snapshot: Snapshot;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** Rows that each pane shows at once. */
  readonly pageRows: Readonly<Record<Pane, number>>;
  /** How far the open overlay can be scrolled; 0 while none is open. */
  readonly overlayEnd: number;
  /** The pictures one can go back to. */
  readonly past: Timeline;
  /** East of UTC, minutes. */
  readonly offsetMinutes: number;
};

/** Where what is shown changes, the window starts anew: as near to the top as the selected row lets it. */
const fromTop: Pick<UiState, 'lines'> = {
  lines: {workers: Number.MAX_SAFE_INTEGER, restarts: Number.MAX_SAFE_INTEGER},
};

export function createUiState(options: Pick<UiState, 'utc'> & Partial<Pick<UiState, 'theme' | 'colour'>>): UiState {
  return {
    pane: 'restarts',
    lines: {workers: 0, restarts: 0},
    seenMs: Number.NEGATIVE_INFINITY,
    overlayOffset: 0,
    faultsOnly: false,
    filter: '',
    typing: false,
    utc: options.utc,
    theme: options.theme ?? 'dark',
    mouse: false,
    colour: options.colour ?? true,
    redraws: 0,
    quitting: false,
  };
}

/** The state after a key. A key without a meaning leaves it as it is. */
export function pressKey(before: UiState, press: KeyPress): UiState {
  const state = withFollowed(withoutMessage(before), press.snapshot);
  if (press.said !== undefined) {
    return {...state, message: press.said};
  }
  if (press.mouse !== undefined) {
    // While text is typed a click would throw it away.
    return state.mouse && state.prompt === undefined && !state.typing
      ? pointAt(state, press.mouse, press, open)
      : state;
  }
  if (state.prompt !== undefined && press.keyName !== 'ctrl-c') {
    return typePrompt(state, state.prompt, press);
  }
  if (press.pasted !== undefined) {
    // Letters of a text are no keys: the clipboard must not quit, and fits only where text is wanted.
    return state.typing ? {...state, filter: state.filter + press.pasted.replaceAll(/[^ -~]/gu, '')} : state;
  }
  if (state.typing && press.keyName !== 'ctrl-c') {
    return typeFilter(state, press.keyName);
  }
  const command = commandOf(press.keyName);
  return command === undefined ? state : runCommand(state, command, press);
}

function withoutMessage(state: UiState): UiState {
  if (state.message === undefined) {
    return state;
  }
  const {message: _, ...rest} = state;
  return rest;
}

function typeFilter(state: UiState, keyName: string): UiState {
  switch (keyName) {
    case 'enter':
      return {...state, typing: false};
    case 'escape':
      return {...state, typing: false, filter: ''};
    case 'backspace':
      return {...state, filter: state.filter.slice(0, -1)};
    case 'space':
      return {...state, filter: `${state.filter} `};
    default:
      return /^[!-~]$/u.test(keyName) ? {...state, filter: state.filter + keyName} : state;
  }
}

function runCommand(state: UiState, command: Command, press: KeyPress): UiState {
  switch (command) {
    case 'quit':
      return {...state, quitting: true};
    case 'help':
    case 'sources':
    case 'guide':
      return state.overlay === command ? closeOverlay(state) : openOverlay(state, command);
    case 'open':
      return open(state, press);
    case 'back':
      return goBack(state);
    case 'next-pane':
      return state.overlay === undefined ? nextPane(state, press) : state;
    case 'up':
    case 'down':
    case 'page-up':
    case 'page-down':
    case 'top':
    case 'bottom':
      return state.overlay === undefined ? moveSelection(state, command, press) : scrollOverlay(state, command, press);
    case 'pause':
      return togglePause(state, press);
    case 'step-back':
      return stepBack(state, press);
    case 'step-forward':
      return stepForward(state, press);
    case 'live':
      return goLive(state);
    case 'jump':
    case 'restart':
      return openPrompt(state, command);
    case 'copy':
      return askToCopy(state, press);
    case 'report':
      return askForReport(state);
    case 'faults-only':
      return {...state, ...fromTop, faultsOnly: !state.faultsOnly};
    case 'filter':
      return {...closeOverlay(state), ...fromTop, typing: true};
    case 'follow':
      return toggleFollow(state, press);
    case 'sort':
    case 'reverse-sort':
      return withSort(state, command === 'reverse-sort', press);
    case 'redraw':
      return {...state, redraws: state.redraws + 1};
    case 'theme':
      return nextTheme(state);
    case 'mouse':
      return toggleMouse(state);
    case 'zone':
      return {...state, utc: !state.utc};
  }
}

/** One step back: from what is open, then from the filter, then from the chosen restart to whatever is the newest fault. */
function goBack(state: UiState): UiState {
  if (state.overlay !== undefined) {
    return closeOverlay(state);
  }
  if (state.filter !== '') {
    return {...state, filter: ''};
  }
  const {restartId: _, ...rest} = state;
  return rest;
}

function openOverlay(state: UiState, overlay: Overlay): UiState {
  return {...state, overlay, overlayOffset: 0};
}

function closeOverlay(state: UiState): UiState {
  const {overlay: _, ...rest} = state;
  return {...rest, overlayOffset: 0};
}

function open(state: UiState, press: KeyPress): UiState {
  if (state.overlay !== undefined) {
    return state;
  }
  if (state.pane === 'workers') {
    const row = visibleWorkers(press.snapshot, state).find((worker) => worker.id === state.workerId);
    return row === undefined ? state : openOverlay(state, 'worker');
  }
  const restart = selectedRestart(visibleRestarts(press.snapshot, state), state.restartId);
  // What is being read must stay, so that opening chooses.
  return restart === undefined ? state : openOverlay(chooseRestart(state, restart.id, press), 'restart');
}

function nextPane(state: UiState, press: KeyPress): UiState {
  if (state.pane === 'workers') {
    return {...state, pane: 'restarts'};
  }
  const height = press.pageRows.workers;
  const rows = shownWorkers(press.snapshot, state, height);
  const row = rows.find((worker) => worker.id === state.workerId) ?? rows[0];
  const inWorkers: UiState = {...state, pane: 'workers'};
  return row === undefined
    ? inWorkers
    : chooseWorker(inWorkers, rows, row.id, workersFrom(rows, state, height), height);
}

/** Follows the selected worker, or the first where none is selected. */
function toggleFollow(state: UiState, press: KeyPress): UiState {
  const inWorkers = state.pane === 'workers' ? state : nextPane(state, press);
  return {...inWorkers, following: state.pane !== 'workers' || state.following !== true};
}

function togglePause(state: UiState, press: KeyPress): UiState {
  if (state.paused === undefined) {
    return {...state, paused: {snapshot: press.snapshot, atMs: press.nowMs}};
  }
  return goLive(state);
}

/** The next column, or the same one the other way round. By age, oldest first, is no sort: new rows have a place in it. */
function withSort(state: UiState, reverse: boolean, press: KeyPress): UiState {
  const key = state.sort?.key ?? 'age';
  const reversed = reverse && !(state.sort?.reversed ?? false);
  const next = reverse ? key : (sortKeys[(sortKeys.indexOf(key) + 1) % sortKeys.length] ?? 'age');
  const {sort: _, ...rest} = state;
  if (next === 'age' && !reversed) {
    return rest;
  }
  const ids = sortedIds(press.snapshot.workers, next, reversed);
  return {...rest, sort: {key: next, reversed, ids, atMs: press.nowMs}};
}
