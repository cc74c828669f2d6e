import {expect, test} from 'vitest';
import type {MouseDone} from '../../../source/view/mouse.js';
import {createUiState, pressKey, type KeyPress, type UiState} from '../../../source/view/ui-state/ui-state.js';
import {nowMs} from '../../helpers/snapshots/parts.js';
import {timeoutStorm} from '../../helpers/snapshots/timeout-storm.js';

const shown: Omit<KeyPress, 'keyName'> = {
  snapshot: timeoutStorm,
  nowMs,
  pageRows: {workers: 5, restarts: 3},
  overlayEnd: 10,
  past: [],
  offsetMinutes: 0,
};

function after(state: UiState, ...done: ReadonlyArray<string | MouseDone>): UiState {
  return done.reduce<UiState>(
    (before, one) =>
      pressKey(before, typeof one === 'string' ? {...shown, keyName: one} : {...shown, keyName: '', mouse: one}),
    state,
  );
}

const withMouse = after(createUiState({utc: true}), 'm');
const onWorker = (line: number): MouseDone => ({kind: 'press', at: {pane: 'workers', line}});
const onRestart = (line: number): MouseDone => ({kind: 'press', at: {pane: 'restarts', line}});
const pidOf = (id: string | undefined) => Number(id?.split('@')[0]);

test('until the mouse is asked for, nothing of it means anything', () => {
  const start = createUiState({utc: true});
  expect(after(start, onWorker(1), {kind: 'wheel-down'})).toBe(start);
  expect(after(withMouse, 'm', onWorker(1)).pane).toBe('restarts');
});

test('a click on a row selects it and moves the keys to its pane', () => {
  const {pane, workerId} = after(withMouse, onWorker(1));
  expect([pane, workerId]).toEqual(['workers', timeoutStorm.workers[1]?.id]);
  const restart = after(withMouse, onWorker(1), onRestart(2));
  expect([restart.pane, pidOf(restart.restartId)]).toEqual(['restarts', 9109]);
});

test('a click on the selected row opens it, and one on a row that is selected in the other pane selects', () => {
  expect(after(withMouse, onRestart(1)).overlay).toBeUndefined();
  expect(after(withMouse, onRestart(1), onRestart(1)).overlay).toBe('restart');
  expect(after(withMouse, onWorker(0), onWorker(0)).overlay).toBe('worker');
  expect(after(withMouse, onRestart(1), onWorker(0), onRestart(1)).overlay).toBeUndefined();
});

test('the wheel moves the selection of the pane under it, and elsewhere that of the pane with the keys', () => {
  const down = (pane?: 'workers' | 'restarts'): MouseDone => ({
    kind: 'wheel-down',
    ...(pane && {at: {pane, line: 0}}),
  });
  expect(pidOf(after(withMouse, down()).restartId)).toBe(9088);
  expect(after(withMouse, onWorker(0), down('workers'), down()).workerId).toBe(timeoutStorm.workers[2]?.id);
  expect(after(withMouse, onWorker(0), down('restarts')).pane).toBe('restarts');
});

test('the wheel scrolls what is open by three lines, and a click there does nothing', () => {
  const open = after(withMouse, '?');
  expect(after(open, {kind: 'wheel-down'}, {kind: 'wheel-down'}).overlayOffset).toBe(6);
  expect(after(open, {kind: 'wheel-down'}, {kind: 'wheel-up'}).overlayOffset).toBe(0);
  expect(after(open, {kind: 'press'})).toBe(open);
});

test('a click on a line without a row, or while a text is typed, selects nothing', () => {
  expect(after(withMouse, onWorker(99)).workerId).toBeUndefined();
  expect(after(withMouse, '/', onWorker(1)).workerId).toBeUndefined();
  expect(after(withMouse, 'b', onWorker(1)).prompt).toBeDefined();
});
