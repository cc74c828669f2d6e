/** Going back in time, and forth: each result is the state with another picture frozen, or with a word on why not. */
import {formatClock} from '../format.js';
import {frameAt, frameWith, wholeFrame, type PastFrame} from '../timeline.js';
import type {KeyPress, UiState} from './ui-state.js';

/** The moment that is shown, wall clock in milliseconds. */
function shownMs({paused}: UiState, {nowMs}: KeyPress): number {
  return paused?.atMs ?? nowMs;
}

function frozen(state: UiState, frame: PastFrame, {past}: KeyPress, message?: string): UiState {
  const {snapshot, nowMs} = wholeFrame(past, frame);
  const {message: _, ...rest} = state;
  return {...rest, paused: {snapshot, atMs: nowMs}, ...(message !== undefined && {message})};
}

export function goLive(state: UiState): UiState {
  const {paused: _, ...rest} = state;
  return rest;
}

export function stepBack(state: UiState, press: KeyPress): UiState {
  const frame = press.past.findLast(({nowMs}) => nowMs < shownMs(state, press));
  return frame === undefined
    ? {...state, message: 'this is the oldest picture that is kept'}
    : frozen(state, frame, press);
}

export function stepForward(state: UiState, press: KeyPress): UiState {
  if (state.paused === undefined) {
    return {...state, message: 'this is now; T steps back in time'};
  }
  const frame = press.past.find(({nowMs}) => nowMs > shownMs(state, press));
  return frame === undefined
    ? {...state, message: 'this is the newest picture; l goes back to live'}
    : frozen(state, frame, press);
}

/**
 * Jumps to what was typed: a time of day, a time ago, a worker's pid, or with nothing to the last event before what is
 * shown. The zone is the one that the screen shows.
 */
export function jump(state: UiState, text: string, press: KeyPress): UiState {
  const typed = text.trim();
  if (typed === '') {
    return jumpToEvent(state, press);
  }
  const pid = /^#?(\d{2,})$/u.exec(typed)?.[1];
  if (pid !== undefined) {
    return jumpToRestart(state, Number(pid), press);
  }
  const atMs = timeOf(typed, press);
  return atMs === undefined
    ? {...state, message: `“${typed}” is no time: write 14:03, 14:03:10, -90s, -5m or #9101`}
    : jumpToTime(state, atMs, press);
}

function jumpToEvent(state: UiState, press: KeyPress): UiState {
  const frame = press.past.findLast(({isNews, nowMs}) => isNews && nowMs < shownMs(state, press));
  return frame === undefined ? {...state, message: 'nothing happened before this'} : frozen(state, frame, press);
}

function jumpToRestart(state: UiState, pid: number, press: KeyPress): UiState {
  const restart =
    press.past.at(-1)?.snapshot?.restarts.find(({worker}) => worker.pid === pid) ??
    press.snapshot.restarts.find(({worker}) => worker.pid === pid);
  if (restart === undefined) {
    return {...state, message: `no restart of ${pid} is known`};
  }
  const frame = frameWith(press.past, restart.id) ?? frameAt(press.past, restart.atMs);
  return frame === undefined ? state : {...frozen(state, frame, press), pane: 'restarts', restartId: restart.id};
}

function jumpToTime(state: UiState, atMs: number, press: KeyPress): UiState {
  const {past, offsetMinutes} = press;
  const frame = frameAt(past, atMs);
  if (frame === undefined) {
    return state;
  }
  const isTooOld = frame.nowMs > atMs;
  return frozen(
    state,
    frame,
    press,
    isTooOld ? `the oldest picture that is kept is from ${formatClock(frame.nowMs, offsetMinutes)}` : undefined,
  );
}

const unitMs: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000};
const dayMs = 86_400_000;

/** Wall clock, milliseconds: of a time of day the last one that has been. */
function timeOf(typed: string, {nowMs, past, offsetMinutes}: KeyPress): number | undefined {
  const newestMs = Math.max(nowMs, past.at(-1)?.nowMs ?? nowMs);
  const ago = /^-?(\d+(?:\.\d+)?) ?(s|m|h)(?: ago)?$/u.exec(typed);
  if (ago !== null) {
    return newestMs - Number(ago[1]) * (unitMs[ago[2] ?? 's'] ?? 0);
  }
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/u.exec(typed);
  if (clock === null) {
    return undefined;
  }
  const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map((part) => Number(part ?? 0));
  const offsetMs = offsetMinutes * 60_000;
  const midnightMs = Math.floor((newestMs + offsetMs) / dayMs) * dayMs - offsetMs;
  const atMs = midnightMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return atMs > newestMs ? atMs - dayMs : atMs;
}
