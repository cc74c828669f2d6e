import {expect, test} from 'vitest';
import {orderRows, sortedIds} from '../../../source/view/ui-state/row-order.js';
import {worker} from '../../helpers/snapshots/parts.js';

const pids = (rows: ReadonlyArray<{readonly pid: number}>) => rows.map(({pid}) => pid);

test('rows stand oldest first, then by pid', () => {
  const rows = [worker(30, 5), worker(10, 100), worker(21, 50), worker(20, 50)];
  expect(pids(orderRows(rows, undefined))).toEqual([10, 20, 21, 30]);
});

test('a dead worker keeps its place though its age stands still', () => {
  const dead = {...worker(10, 100), state: 'dead' as const};
  const later = [dead, {...worker(11, 90), ageSeconds: 130}];
  expect(pids(orderRows(later, undefined))).toEqual([10, 11]);
});

test('unknown values stand last in either direction', () => {
  const {rssBytes: _, ...unknown} = worker(1, 10);
  const rows = [unknown, worker(2, 9, {rssBytes: 5}), worker(3, 8, {rssBytes: 7})];
  expect(sortedIds(rows, 'rss', false).map(Number.parseFloat)).toEqual([3, 2, 1]);
  expect(sortedIds(rows, 'rss', true).map(Number.parseFloat)).toEqual([2, 3, 1]);
});

test('a worker that came after the sort stands at the end', () => {
  const rows = [worker(1, 10), worker(2, 9)];
  const sort = {key: 'pid' as const, reversed: true, ids: sortedIds(rows, 'pid', true), atMs: 0};
  expect(pids(orderRows([...rows, worker(9, 1)], sort))).toEqual([2, 1, 9]);
});
