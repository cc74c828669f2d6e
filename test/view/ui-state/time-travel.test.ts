import {expect, test} from 'vitest';
import type {Timeline} from '../../../source/view/timeline.js';
import {createUiState, pressKey, type UiState} from '../../../source/view/ui-state/ui-state.js';
import {healthy} from '../../helpers/snapshots/healthy.js';
import {at, nowMs} from '../../helpers/snapshots/parts.js';
import {timeoutStorm} from '../../helpers/snapshots/timeout-storm.js';

/** Pictures by their restarts: none until 13:54:10, then one more with each that the storm has. */
const past: Timeline = [
  {snapshot: healthy, nowMs: at('13:50:00'), isNews: false},
  ...timeoutStorm.restarts.toReversed().map((restart, index, all) => ({
    snapshot: {...timeoutStorm, restarts: all.slice(0, index + 1).toReversed()},
    nowMs: restart.atMs + 1500,
    isNews: true,
  })),
  {snapshot: timeoutStorm, nowMs, isNews: false},
];

const start = createUiState({utc: true});
const size = {pageRows: {workers: 5, restarts: 3}, overlayEnd: 0};

function type(state: UiState, keys: readonly string[], offsetMinutes = 0): UiState {
  return keys.reduce(
    (before, keyName) =>
      pressKey(before, {
        keyName,
        snapshot: before.paused?.snapshot ?? timeoutStorm,
        nowMs: before.paused?.atMs ?? nowMs,
        past,
        offsetMinutes,
        ...size,
      }),
    state,
  );
}

/** A text as it is typed. */
const keysOf = (text: string) => Array.from(text, (letter) => (letter === ' ' ? 'space' : letter));

const clockOf = (state: UiState) =>
  state.paused === undefined ? 'live' : new Date(state.paused.atMs).toISOString().slice(11, 19);
const jumpTo = (text: string, offsetMinutes = 0, state = start) =>
  type(state, ['b', ...keysOf(text), 'enter'], offsetMinutes);

test('T steps back, t forward, l goes back to live, and p too', () => {
  expect(clockOf(type(start, ['T']))).toBe('14:03:20');
  expect(clockOf(type(start, ['T', 'T']))).toBe('14:01:45');
  expect(clockOf(type(start, ['T', 'T', 't']))).toBe('14:03:20');
  expect(clockOf(type(start, ['T', 'l']))).toBe('live');
  expect(clockOf(type(start, ['T', 'p']))).toBe('live');
});

test('at both ends of time it says so', () => {
  expect(type(start, ['t']).message).toContain('this is now');
  expect(
    type(
      start,
      Array.from({length: 20}, () => 'T'),
    ).message,
  ).toBe('this is the oldest picture that is kept');
  expect(type(start, ['p', 't', 't']).message).toContain('l goes back to live');
  expect(type(start, ['t', 'k']).message).toBeUndefined();
});

test('b jumps to a time of day in the zone that is shown, or to a time ago', () => {
  expect(clockOf(jumpTo('14:00'))).toBe('13:58:32');
  expect(clockOf(jumpTo('19:30', 330))).toBe('13:58:32');
  expect(clockOf(jumpTo('14:01:46'))).toBe('14:01:45');
  expect(clockOf(jumpTo('-5m'))).toBe('13:56:21');
  expect(clockOf(jumpTo('90s ago'))).toBe('14:01:45');
});

test('a time of day that is still to come was yesterday, and the oldest picture stands for what is older', () => {
  const state = jumpTo('23:59');
  expect(clockOf(state)).toBe('13:50:00');
  expect(state.message).toBe('the oldest picture that is kept is from 13:50:00');
});

test('b with enter alone goes from event to event', () => {
  const once = type(start, ['b', 'enter']);
  expect(clockOf(once)).toBe('14:03:20');
  expect(clockOf(type(once, ['b', 'enter']))).toBe('14:01:45');
  expect(type(start, ['T', ...Array.from({length: 9}, () => ['b', 'enter']).flat()]).message).toBe(
    'nothing happened before this',
  );
});

test('b with a pid goes to the first picture of its restart, with that selected', () => {
  const state = jumpTo('#9107');
  expect(clockOf(state)).toBe('13:58:32');
  expect(state.restartId).toMatch(/^9107@/u);
  expect(jumpTo('#4711').message).toBe('no restart of 4711 is known');
});

test('what is no time is said, and escape or an empty line leave the prompt', () => {
  expect(jumpTo('noon').message).toContain('“noon” is no time');
  expect(jumpTo('25:00').message).toContain('is no time');
  expect(type(start, ['b', '1', 'escape']).prompt).toBeUndefined();
  expect(type(start, ['b', '1', 'backspace', 'backspace']).prompt).toBeUndefined();
  expect(type(start, ['b', 'q']).quitting).toBe(false);
});

test('# selects the restart of a worker, and shows it when it is hidden', () => {
  const hidden = type(start, ['f', '/', 'x', 'enter']);
  const state = type(hidden, ['#', ...keysOf('9088'), 'enter']);
  expect(state).toMatchObject({pane: 'restarts', filter: '', faultsOnly: false});
  expect(state.restartId).toMatch(/^9088@/u);
});

test('# selects a worker that lives, and says so when there is none', () => {
  expect(type(start, ['#', ...keysOf('9117'), 'enter'])).toMatchObject({pane: 'workers'});
  expect(type(start, ['#', ...keysOf('9117'), 'enter']).workerId).toMatch(/^9117@/u);
  expect(type(start, ['#', ...keysOf('1'), 'enter']).message).toBe('no restart of 1 is known, and it does not live');
  expect(type(start, ['#', ...keysOf('abc'), 'enter']).message).toBe('“abc” is no pid');
});

test('a pasted pid is typed into the prompt', () => {
  const prompt = type(start, ['#']);
  const state = pressKey(prompt, {
    keyName: '',
    pasted: '9107\n',
    snapshot: timeoutStorm,
    nowMs,
    past,
    offsetMinutes: 0,
    ...size,
  });
  expect(state.prompt?.text).toBe('9107');
});
