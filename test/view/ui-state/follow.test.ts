import {expect, test} from 'vitest';
import {withFollowed} from '../../../source/view/ui-state/follow.js';
import {createUiState, type UiState} from '../../../source/view/ui-state/ui-state.js';
import {healthy} from '../../helpers/snapshots/healthy.js';
import {at, worker} from '../../helpers/snapshots/parts.js';
import {timedOut} from '../../helpers/snapshots/restarts.js';

const following: UiState = {...createUiState({utc: true}), pane: 'workers', workerId: '9101@1', following: true};
const first = {...timedOut(9101, '14:00:00', 100, 9102), id: '9101@1'};
const heirAtMs = first.replacement?.atMs ?? 0;

test('while its worker lives a selection stays', () => {
  const snapshot = {...healthy, workers: [{...worker(9101, 100), id: '9101@1'}]};

  expect(withFollowed(following, snapshot)).toBe(following);
});

test('when it has ended the one that took its place is followed', () => {
  const snapshot = {...healthy, workers: [{...worker(9102, 10), id: '9102@2'}], restarts: [first]};

  expect(withFollowed(following, snapshot).workerId).toBe('9102@2');
  expect(withFollowed({...following, following: false}, snapshot).workerId).toBe('9101@1');
});

test('a place is followed through several ends', () => {
  const {worker: life, ...second} = timedOut(9102, '14:01:00', 60, 9103);
  const restarts = [{...second, id: '9102@2', worker: {...life, startedMs: heirAtMs}}, first];
  const snapshot = {...healthy, workers: [{...worker(9103, 10), id: '9103@3'}], restarts};

  expect(withFollowed(following, snapshot).workerId).toBe('9103@3');
});

test('a worker that nobody replaced, and a pid that came again, are not followed anywhere', () => {
  const {replacement: _, ...alone} = first;
  const {worker: life, ...again} = timedOut(9102, '15:01:00', 60, 9103);
  const restarts = [{...again, worker: {...life, startedMs: at('15:00:00')}}, first];

  expect(withFollowed(following, {...healthy, workers: [], restarts: [alone]})).toBe(following);
  expect(withFollowed(following, {...healthy, workers: [], restarts})).toBe(following);
});
