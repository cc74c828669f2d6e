/**
 * What the person at the keys has asked for, and one pure function that says how a key changes it.
 *
 * The state names rows by id and never by position, so that nothing moves when rows come and go.
 */
import type {Snapshot} from '../../snapshot.js';
import {commandOf, type Command} from '../keymap.js';
import {sortKeys, sortedIds, type Sort} from './row-order.js';
import {scrollTo} from './scroll.js';
import {selectedRestart, visibleRestarts, visibleWorkers} from './selection.js';

export type Pane = 'workers' | 'restarts';
export type Overlay = 'help' | 'sources' | 'restart' | 'worker';

export type UiState = {
  readonly pane: Pane;
  /** Undefined until someone moves: the newest unexpected restart. */
  readonly restartId?: string;
  readonly workerId?: string;
  /** First visible row of each pane, as far as the keys have scrolled it. */
  readonly offsets: Readonly<Record<Pane, number>>;
  readonly overlay?: Overlay;
  readonly overlayOffset: number;
  readonly faultsOnly: boolean;
  /** Empty: no filter. */
  readonly filter: string;
  /** True while the filter is being typed: keys are letters then. */
  readonly typing: boolean;
  readonly sort?: Sort;
  readonly utc: boolean;
  /** The frozen picture. */
  readonly paused?: {readonly snapshot: Snapshot; readonly atMs: number};
  readonly quitting: boolean;
};

/** One key, with what the screen showed when it was pressed. */
export type KeyPress = {
  readonly keyName: string;
  /** The snapshot on the screen: the frozen one while paused. */
  readonly snapshot: Snapshot;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** Rows that each pane shows at once. */
  readonly pageRows: Readonly<Record<Pane, number>>;
  /** How far the open overlay can be scrolled; undefined while none is open. */
  readonly overlayEnd?: number;
};

export function createUiState(options: {readonly utc: boolean}): UiState {
  return {
    pane: 'restarts',
    offsets: {workers: 0, restarts: 0},
    overlayOffset: 0,
    faultsOnly: false,
    filter: '',
    typing: false,
    utc: options.utc,
    quitting: false,
  };
}

/** The state after a key. A key without a meaning leaves it as it is. */
export function pressKey(state: UiState, press: KeyPress): UiState {
  if (state.typing && press.keyName !== 'ctrl-c') {
    return typeFilter(state, press.keyName);
  }
  const command = commandOf(press.keyName);
  return command === undefined ? state : runCommand(state, command, press);
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
      return state.overlay === command ? closeOverlay(state) : openOverlay(state, command);
    case 'open':
      return open(state, press);
    case 'back':
      return state.overlay === undefined ? {...state, filter: ''} : closeOverlay(state);
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
    case 'faults-only':
      return {...state, faultsOnly: !state.faultsOnly};
    case 'filter':
      return {...closeOverlay(state), typing: true};
    case 'sort':
    case 'reverse-sort':
      return {...state, sort: nextSort(state, command === 'reverse-sort', press.snapshot)};
    case 'zone':
      return {...state, utc: !state.utc};
  }
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
  return restart === undefined ? state : {...openOverlay(state, 'restart'), restartId: restart.id};
}

function nextPane(state: UiState, press: KeyPress): UiState {
  if (state.pane === 'workers') {
    return {...state, pane: 'restarts'};
  }
  const rows = visibleWorkers(press.snapshot, state);
  const row = rows.find((worker) => worker.id === state.workerId) ?? rows[0];
  return {...state, pane: 'workers', ...(row === undefined ? {} : {workerId: row.id})};
}

type Move = Extract<Command, 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom'>;

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

function moveSelection(state: UiState, move: Move, press: KeyPress): UiState {
  const {pane} = state;
  const restarts = visibleRestarts(press.snapshot, state);
  const ids = (pane === 'workers' ? visibleWorkers(press.snapshot, state) : restarts).map((row) => row.id);
  if (ids.length === 0) {
    return state;
  }
  const currentId = pane === 'workers' ? state.workerId : selectedRestart(restarts, state.restartId)?.id;
  const current = currentId === undefined ? -1 : ids.indexOf(currentId);
  const page = press.pageRows[pane];
  const wanted = current === -1 ? 0 : moved(current, move, page);
  const next = Math.min(ids.length - 1, Math.max(0, wanted));
  const id = ids[next];
  const offsets = {...state.offsets, [pane]: scrollTo(state.offsets[pane], next, page, ids.length)};
  return {...state, offsets, ...(id === undefined ? {} : pane === 'workers' ? {workerId: id} : {restartId: id})};
}

function scrollOverlay(state: UiState, move: Move, press: KeyPress): UiState {
  const end = press.overlayEnd ?? 0;
  const from = Math.min(state.overlayOffset, end);
  const page = press.pageRows.workers + press.pageRows.restarts;
  return {...state, overlayOffset: Math.min(end, Math.max(0, moved(from, move, page)))};
}

function togglePause(state: UiState, press: KeyPress): UiState {
  if (state.paused === undefined) {
    return {...state, paused: {snapshot: press.snapshot, atMs: press.nowMs}};
  }
  const {paused: _, ...rest} = state;
  return rest;
}

function nextSort(state: UiState, reverse: boolean, snapshot: Snapshot): Sort {
  const key = state.sort?.key ?? 'age';
  const reversed = reverse ? !(state.sort?.reversed ?? false) : false;
  const next = reverse ? key : (sortKeys[(sortKeys.indexOf(key) + 1) % sortKeys.length] ?? 'age');
  return {key: next, reversed, ids: sortedIds(snapshot.workers, next, reversed)};
}
