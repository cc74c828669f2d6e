import {expect, test} from 'vitest';
import {lineText} from '../../../source/view/line.js';
import {restartListLines} from '../../../source/view/regions/restart-list.js';
import {restartRows} from '../../../source/view/ui-state/selection.js';
import {createUiState} from '../../../source/view/ui-state/ui-state.js';
import type {MasterEvent, Snapshot} from '../../../source/snapshot.js';
import {healthy} from '../../helpers/snapshots/healthy.js';
import {at, nowMs} from '../../helpers/snapshots/parts.js';
import {timedOut} from '../../helpers/snapshots/restarts.js';

const ui = createUiState({utc: true});

function event(kind: MasterEvent['event'], pid: number, clock: string): MasterEvent {
  return {event: kind, pid, atMs: at(clock)};
}

function lines(masterEvents: readonly MasterEvent[], restarts: Snapshot['restarts'] = []): readonly string[] {
  const snapshot = {...healthy, masterEvents, restarts};
  const rows = restartRows(snapshot, ui);
  const list = {snapshot, rows, selectedId: undefined, focused: false, narrowedBy: [], nowMs, offsetMinutes: 0};
  return restartListLines(list, 110, 10)
    .slice(1)
    .map((line) => lineText(line));
}

const loop = [
  event('reload', 812, '14:03:09'),
  event('gave-up', 812, '14:03:10'),
  event('back', 901, '14:03:11'),
  event('gave-up', 901, '14:03:12'),
  event('back', 902, '14:03:13'),
];

test('masters that come and go behind each other are one row, and what was done to one before stays another', () => {
  expect(lines(loop)).toEqual([
    ' 14:03:13 3 masters came and went since 14:03:10 · master 902 is back',
    ' 14:03:09 master 812 was told to reload',
  ]);
});

test('a restart between them, and a service that was restarted once, are told line by line', () => {
  expect(lines(loop, [timedOut(9101, '14:03:12', 60, 9102)])).toHaveLength(6);
  expect(lines(loop.slice(1, 3))).toEqual([
    ' 14:03:11 master 901 is back',
    ' 14:03:10 master 812 gave up: a worker failed to boot',
  ]);
});
