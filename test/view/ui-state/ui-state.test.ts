import {expect, test} from 'vitest';
import {createUiState, pressKey, type UiState} from '../../../source/view/ui-state/ui-state.js';
import {
  restartRows,
  restartsFrom,
  selectedRestart,
  shownWorkers,
  visibleRestarts,
  visibleWorkers,
  workersFrom,
} from '../../../source/view/ui-state/selection.js';
import {manyWorkers} from '../../helpers/snapshots/extremes.js';
import {healthy} from '../../helpers/snapshots/healthy.js';
import {nowMs} from '../../helpers/snapshots/parts.js';
import {timedOut} from '../../helpers/snapshots/restarts.js';
import {timeoutStorm} from '../../helpers/snapshots/timeout-storm.js';

const start = createUiState({utc: true});

function press(state: UiState, keys: readonly string[], snapshot = timeoutStorm): UiState {
  return keys.reduce(
    (before, keyName) =>
      pressKey(before, {
        keyName,
        snapshot,
        nowMs,
        pageRows: {workers: 5, restarts: 3},
        overlayEnd: 10,
        past: [],
        offsetMinutes: 0,
      }),
    state,
  );
}

/** The first row that the restart list shows, of the three that it has lines for. */
function firstRestart(state: UiState, snapshot = timeoutStorm): number {
  const selected = selectedRestart(visibleRestarts(snapshot, state), state.restartId);
  return restartsFrom(restartRows(snapshot, state), selected?.id, state, 3);
}

const pidOf = (id: string | undefined) => Number(id?.split('@')[0]);

test('a key without a meaning changes nothing', () => {
  expect(press(start, ['z', 'f5', 'ctrl-x', ''])).toBe(start);
});

test('a move starts at the restart that is selected by itself', () => {
  expect(start.restartId).toBeUndefined();
  expect(pidOf(press(start, ['down']).restartId)).toBe(9088);
  expect(pidOf(press(start, ['j', 'j', 'k']).restartId)).toBe(9088);
});

test('moves stop at the first and at the last row', () => {
  expect(pidOf(press(start, ['up', 'k', 'page-up']).restartId)).toBe(9101);
  expect(pidOf(press(start, ['G', 'down', 'page-down']).restartId)).toBe(9071);
  expect(pidOf(press(start, ['G', 'g']).restartId)).toBe(9101);
});

test('a page is one row less than is shown', () => {
  expect(pidOf(press(start, ['page-down']).restartId)).toBe(9109);
});

test('the window follows the selection, and counts the rows of the master', () => {
  const reloadedMeanwhile = {
    ...timeoutStorm,
    masterEvents: [{atMs: nowMs - 30_000, event: 'reload' as const, pid: 812}],
  };
  expect(firstRestart(press(start, ['j', 'j']))).toBe(0);
  expect(firstRestart(press(start, ['j', 'j'], reloadedMeanwhile), reloadedMeanwhile)).toBe(1);
});

test('what came since the last move comes in above the window, and nothing that is read moves', () => {
  const chosen = press(start, ['j']);
  const newer = (count: number) => ({
    ...timeoutStorm,
    restarts: [
      ...Array.from({length: count}, (_, index) => timedOut(9200 + index, '14:03:22', 100, 9300 + index)),
      ...timeoutStorm.restarts,
    ],
  });
  expect([0, 1, 9].map((count) => firstRestart(chosen, newer(count)))).toEqual([0, 1, 9]);
  const short = {...newer(1), restarts: newer(1).restarts.slice(0, 3), masterEvents: []};
  expect(firstRestart(chosen, short)).toBe(1);
  expect(firstRestart(press(chosen, ['g'], short), short)).toBe(0);
});

test('escape lets go of the chosen restart, and the newest fault is selected again', () => {
  const chosen = press(start, ['j', 'j']);
  expect(press(chosen, ['escape']).restartId).toBeUndefined();
  expect(pidOf(press(chosen, ['/', 'x', 'enter', 'escape']).restartId)).toBe(9109);
});

test('where rows have no line, dead workers give way to living ones, the longest dead first', () => {
  const pids = (height: number, state = start) => shownWorkers(timeoutStorm, state, height).map(({pid}) => pid);
  expect(pids(5)).toEqual([9100, 9101, 9112, 9117, 9123]);
  expect(pids(4)).toEqual([9100, 9112, 9117, 9123]);
  expect(pids(3)).toEqual([9100, 9112, 9117, 9123]);
  const onDead = press(start, ['tab', 'j']);
  expect(pidOf(onDead.workerId)).toBe(9101);
  expect(pids(3, onDead)).toContain(9101);
});

test('from a worker that has gone a move goes to its neighbour', () => {
  const chosen = press(start, ['tab', 'j', 'j']);
  expect(pidOf(chosen.workerId)).toBe(9112);
  const later = {...timeoutStorm, workers: timeoutStorm.workers.filter(({pid}) => pid !== 9112)};
  expect(pidOf(press(chosen, ['j'], later).workerId)).toBe(9117);
  expect(pidOf(press(chosen, ['k'], later).workerId)).toBe(9101);
});

test('tab goes to the workers and selects the first, and back', () => {
  const workers = press(start, ['tab']);
  expect(workers.pane).toBe('workers');
  expect(pidOf(workers.workerId)).toBe(9100);
  expect(press(workers, ['tab']).pane).toBe('restarts');
  expect(pidOf(press(workers, ['j', 'tab', 'shift-tab']).workerId)).toBe(9101);
});

test('the selected worker stays selected when rows come and go', () => {
  const chosen = press(start, ['tab', 'j', 'j']);
  const later = {...timeoutStorm, workers: timeoutStorm.workers.slice(1)};
  expect(pidOf(press(chosen, ['j'], later).workerId)).toBe(9117);
});

test('nothing moves in an empty list', () => {
  expect(press(start, ['j', 'G', 'enter'], healthy)).toEqual(start);
});

test('opening a restart chooses it, so that it stays while it is read', () => {
  const opened = press(start, ['enter']);
  expect(opened.overlay).toBe('restart');
  expect(pidOf(opened.restartId)).toBe(9101);
  expect(press(opened, ['escape']).overlay).toBeUndefined();
});

test('in an overlay the moves scroll, within its end', () => {
  const opened = press(start, ['?']);
  expect(press(opened, ['j', 'j', 'k']).overlayOffset).toBe(1);
  expect(press(opened, ['G']).overlayOffset).toBe(10);
  expect(press(opened, ['G', 'page-down', 'up']).overlayOffset).toBe(9);
  expect(press(opened, ['j', 'k', 'k']).overlayOffset).toBe(0);
  expect(press(opened, ['j']).restartId).toBeUndefined();
});

test('the key that opened an overlay closes it, another opens its own', () => {
  expect(press(start, ['?', '?']).overlay).toBeUndefined();
  expect(press(start, ['?', 'e']).overlay).toBe('sources');
});

test('while the filter is typed keys are letters, and escape throws it away', () => {
  const typing = press(start, ['/', 'q', 'space', 'f', 'backspace', 'j']);
  expect(typing).toMatchObject({typing: true, filter: 'q j', faultsOnly: false, quitting: false});
  expect(press(typing, ['enter'])).toMatchObject({typing: false, filter: 'q j'});
  expect(press(typing, ['escape'])).toMatchObject({typing: false, filter: ''});
  expect(press(typing, ['ctrl-c']).quitting).toBe(true);
});

test('a pasted text is no keys, and text only for the filter', () => {
  const pasted = (state: UiState) =>
    pressKey(state, {
      keyName: '',
      pasted: 'q\u001B\r/shop 宽\u0003',
      snapshot: timeoutStorm,
      nowMs,
      pageRows: {workers: 5, restarts: 3},
      overlayEnd: 0,
      past: [],
      offsetMinutes: 0,
    });
  expect(pasted(start)).toBe(start);
  expect(pasted(press(start, ['/', 'x']))).toMatchObject({typing: true, filter: 'xq/shop ', quitting: false});
});

test('escape clears a kept filter', () => {
  expect(press(start, ['/', 'x', 'enter', 'escape']).filter).toBe('');
});

test('faults only hides what was expected and keeps what is unclear', () => {
  const unclear = timeoutStorm.restarts.map(({expected, ...restart}) =>
    restart.worker.pid === 9071 || expected === undefined ? restart : {...restart, expected},
  );
  const shown = visibleRestarts({...timeoutStorm, restarts: unclear}, press(start, ['f']));
  expect(shown.map(({worker}) => worker.pid)).toEqual([9101, 9109, 9107, 9104, 9071]);
});

test('a restart that was chosen and is hidden comes back when it is shown again', () => {
  const chosen = press(start, ['j']);
  const hidden = press(chosen, ['f']);
  expect(selectedRestart(visibleRestarts(timeoutStorm, hidden), hidden.restartId)?.worker.pid).toBe(9101);
  const shown = press(hidden, ['f']);
  expect(selectedRestart(visibleRestarts(timeoutStorm, shown), shown.restartId)?.worker.pid).toBe(9088);
});

test('without an unexpected restart the newest unclear one is selected, else the newest', () => {
  const expected = timeoutStorm.restarts.map((restart) => ({...restart, expected: true}));
  expect(selectedRestart(expected, undefined)?.worker.pid).toBe(9101);
  const unclear = expected.map((restart) => {
    const {expected: _, ...rest} = restart;
    return restart.worker.pid === 9104 ? rest : restart;
  });
  expect(selectedRestart(unclear, undefined)?.worker.pid).toBe(9104);
});

test('pause holds the snapshot that was on the screen, and a second press lets go', () => {
  const paused = press(start, ['p']);
  expect(paused.paused).toEqual({snapshot: timeoutStorm, atMs: nowMs});
  expect(press(paused, ['space']).paused).toBeUndefined();
});

test('a sort is an order made once: values that move later do not move the rows', () => {
  const sorted = press(start, ['s']);
  expect(sorted.sort).toMatchObject({key: 'heartbeat', reversed: false, atMs: nowMs});
  const pids = (state: UiState, snapshot = timeoutStorm) => visibleWorkers(snapshot, state).map(({pid}) => pid);
  expect(pids(sorted)).toEqual([9101, 9100, 9112, 9123, 9117]);
  const later = {
    ...timeoutStorm,
    workers: timeoutStorm.workers.map((row) => ({...row, heartbeatAgeSeconds: row.pid - 9100})),
  };
  expect(pids(sorted, later)).toEqual([9101, 9100, 9112, 9123, 9117]);
  expect(pids(press(sorted, ['S']))).toEqual([9117, 9123, 9112, 9100, 9101]);
});

test('the sorts go round and end where rows stand by age', () => {
  expect(press(start, ['s', 's', 's', 's', 's']).sort).toMatchObject({key: 'pid'});
  expect(press(start, ['s', 's', 's', 's', 's', 's']).sort).toBeUndefined();
  expect(press(start, ['S']).sort).toMatchObject({key: 'age', reversed: true});
});

test('64 workers are paged through', () => {
  const state = press(start, ['tab', 'page-down', 'page-down'], manyWorkers);
  expect(pidOf(state.workerId)).toBe(20_009);
  expect(workersFrom(shownWorkers(manyWorkers, state, 5), state, 5)).toBe(4);
});

test('a key never changes the state it was pressed on', () => {
  const frozen = Object.freeze(createUiState({utc: false}));
  for (const key of ['q', '?', 'tab', 'j', 'enter', 'p', 'f', '/', 's', 'S', 'u', 'e', 'escape', 'ctrl-l']) {
    expect(() => press(frozen, [key])).not.toThrow();
  }
});
