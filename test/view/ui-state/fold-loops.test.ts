import {expect, test} from 'vitest';
import {lineText} from '../../../source/view/line.js';
import {restartListLines} from '../../../source/view/regions/restart-list.js';
import {foldLoops} from '../../../source/view/ui-state/fold-loops.js';
import {restartRows, selectedRestart} from '../../../source/view/ui-state/selection.js';
import {createUiState, pressKey, type UiState} from '../../../source/view/ui-state/ui-state.js';
import type {Restart, Snapshot} from '../../../source/snapshot.js';
import {healthy} from '../../helpers/snapshots/healthy.js';
import {nowMs} from '../../helpers/snapshots/parts.js';
import {timedOut} from '../../helpers/snapshots/restarts.js';

const start = createUiState({utc: true});

function failed(pid: number, clock: string, module = 'stripe'): Restart {
  const {request: _, ...restart} = timedOut(pid, clock, 1, pid + 1);
  const message = `No module named '${module}'`;
  return {
    ...restart,
    branch: 'boot',
    cause: 'boot-error',
    summary: message,
    traceback: {exception: 'ModuleNotFoundError', message, frames: []},
  };
}

const loop = [failed(9205, '14:03:20'), failed(9204, '14:03:19'), failed(9203, '14:03:18'), failed(9202, '14:03:17')];
const snapshot: Snapshot = {
  ...healthy,
  restarts: [timedOut(9300, '14:03:21', 60, 9301), ...loop, timedOut(9100, '14:00:00', 60, 9101)],
};

function pids(restarts: readonly Restart[]): ReadonlyArray<readonly number[]> {
  return foldLoops(restarts).map((run) => run.map(({worker}) => worker.pid));
}

function lines(ui: UiState): readonly string[] {
  const rows = restartRows(snapshot, ui);
  const list = {snapshot, rows, selectedId: ui.restartId, focused: false, narrowedBy: [], nowMs, offsetMinutes: 0};
  return restartListLines(list, 90, 10).map((line) => lineText(line));
}

test('failed boots that follow each other are one row with their rate', () => {
  expect(lines(start).slice(1)).toEqual([
    expect.stringContaining('14:03:21 #9300  timeout'),
    " 14:03:20 #9205  boot-error    ×4, 60 a minute since 14:03:17 · No module named 'stripe'",
    expect.stringContaining('14:00:00 #9100  timeout'),
  ]);
});

test('other ends, two failed boots, another failure and a pause make no loop', () => {
  expect(
    pids([timedOut(1, '14:00:03', 9, 2), timedOut(2, '14:00:02', 9, 3), timedOut(3, '14:00:01', 9, 4)]),
  ).toHaveLength(3);
  expect(pids(loop.slice(0, 2))).toEqual([[9205], [9204]]);
  expect(pids([...loop.slice(0, 3), failed(9102, '14:03:16', 'redis')])).toEqual([[9205, 9204, 9203], [9102]]);
  expect(pids([...loop.slice(0, 3), failed(9102, '14:02:17')])).toEqual([[9205, 9204, 9203], [9102]]);
});

test('turns of a loop of which too little was seen are counted apart and do not break it', () => {
  const unclear = (pid: number, clock: string, ageSeconds: number) => {
    const {expected: _, ...restart} = timedOut(pid, clock, ageSeconds, pid + 1);
    return {...restart, cause: 'unknown' as const};
  };
  const [first, second, third, fourth] = loop.map((restart) => [restart]);
  const young = unclear(9210, '14:03:19', 0.2);

  expect(pids([...first!, young, ...second!, ...third!, ...fourth!])).toEqual([[9205, 9210, 9204, 9203, 9202]]);
  expect(pids([young, ...first!, ...second!, ...third!])).toEqual([[9210, 9205, 9204, 9203]]);
  expect(pids([young, unclear(9208, '14:03:18', 0.2), unclear(9207, '14:03:17', 0.2)])).toHaveLength(3);
  expect(pids([...loop.slice(0, 2), unclear(9208, '14:03:18', 600), ...third!])).toHaveLength(4);
});

test('the keys go over a loop as over one row, and what was chosen of it stays while it grows', () => {
  const press = (state: UiState, keyName: string, shown = snapshot) =>
    pressKey(state, {
      keyName,
      snapshot: shown,
      nowMs,
      pageRows: {workers: 5, restarts: 5},
      overlayEnd: 0,
      past: [],
      offsetMinutes: 0,
    });
  const chosen = press(start, 'j');

  expect(chosen.restartId).toBe(loop[0]?.id);
  const [first, ...older] = snapshot.restarts;
  const grown = {...snapshot, restarts: [...(first ? [first] : []), failed(9206, '14:03:21'), ...older]};
  expect(restartRows(grown, chosen).map((row) => row.kind === 'restart' && row.restart.id)).toContain(loop[0]?.id);
  expect(press(chosen, 'j', grown).restartId).toBe(snapshot.restarts.at(-1)?.id);
});

test('where gunicorn stopped itself, the worker that failed is selected and not those that went with it', () => {
  const sibling = {...timedOut(9300, '14:03:21', 60, 9301), cause: 'gave-up' as const};
  const old = failed(9001, '14:01:00');

  expect(selectedRestart([sibling, failed(9299, '14:03:20')], undefined)?.worker.pid).toBe(9299);
  expect(selectedRestart([sibling, old], undefined)?.worker.pid).toBe(9300);
});
