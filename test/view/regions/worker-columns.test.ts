import {expect, test} from 'vitest';
import {placeColumns} from '../../../source/view/regions/place-columns.js';
import {heartbeatCell, nowCell} from '../../../source/view/regions/worker-cells.js';
import {workerColumns} from '../../../source/view/regions/worker-columns.js';
import {at, worker} from '../../helpers/snapshots/parts.js';

const rows = [worker(9121, 10)];
const context = {timeoutSeconds: 30, offsetMinutes: 0};
const headers = (columns: number, shown = rows) =>
  placeColumns(columns, shown)
    .map(({column}) => column.header)
    .join(' ');

test('the columns that matter least go first', () => {
  expect(headers(60)).toBe('PID AGE STATE HEARTBEAT RSS');
  expect(headers(80)).toBe('PID AGE STATE HEARTBEAT RSS NOW');
  expect(headers(100)).toBe('PID AGE STATE HEARTBEAT REQS CPU RSS NOW');
  expect(headers(120)).toBe('PID AGE STATE HEARTBEAT REQS REQ/S CPU RSS TREND NOW');
});

test('generations have a column while there are several', () => {
  expect(headers(120, [...rows, worker(9122, 5, {generation: 2})])).toContain('GEN');
  expect(headers(200)).not.toContain('GEN');
});

test('no two columns have the same rank', () => {
  const ranks = workerColumns.map(({rank}) => rank);
  expect(new Set(ranks).size).toBe(ranks.length);
});

test('the pid column is as wide as the longest pid', () => {
  expect(placeColumns(80, [worker(4_194_304, 1)])[0]?.width).toBe(7);
});

test.each([
  ['a heartbeat against the timeout', worker(1, 1, {heartbeatAgeSeconds: 15.4}), '███▋···     15/30s'],
  ['a kill that is near', worker(1, 1, {heartbeatAgeSeconds: 27.4, killInSeconds: 2.6}), '██████▍ kill in 3s'],
  ['a kill that is due', worker(1, 1, {heartbeatAgeSeconds: 31, killInSeconds: -1}), '███████   kill due'],
])('the heartbeat cell shows %s', (_, row, text) => {
  expect(heartbeatCell(row, 18, context).text).toBe(text);
});

test('without a timeout the heartbeat has an age and no bar', () => {
  const row = worker(1, 1, {heartbeatAgeSeconds: 15.4});
  expect(heartbeatCell(row, 18, {...context, timeoutSeconds: 0}).text).toBe('15s ago');
  expect(heartbeatCell(row, 18, {...context, timeoutSeconds: undefined}).text).toBe('15s ago');
});

test('a heartbeat that is not known is a dash, and a dead worker shows what it died of', () => {
  const {heartbeatAgeSeconds: _, ...unknown} = worker(1, 1);
  expect(heartbeatCell(unknown, 18, context).text).toBe('–');
  const dead = worker(1, 1, {state: 'dead', ended: {cause: 'out-of-memory', atMs: at('14:03:10')}});
  expect(heartbeatCell(dead, 18, context).text).toBe('out-of-memory');
  expect(nowCell(dead, 18, context).text).toBe('ended 14:03:10');
});

test('now is the request, how long it takes and what it waits for', () => {
  const busy = worker(1, 1, {
    request: {method: 'POST', path: '/checkout', ageSeconds: 27.4},
    now: 'recv 10.0.3.7:5432',
  });
  expect(nowCell(busy, 41, context).text).toBe('POST /checkout 27.4s · recv 10.0.3.7:5432');
  expect(nowCell(busy, 40, context).text).toBe('POST /checkout 27.4s');
  expect(nowCell(worker(1, 1, {kind: 'dirty'}), 40, context).text).toBe('dirty pool · waiting');
});

test('a dead worker shows the memory that it held, not what is left in its exit', () => {
  const rss = workerColumns.find(({id}) => id === 'rss');
  const dying = worker(1, 1, {state: 'dead', ended: {atMs: at('14:03:10')}, rssBytes: 0, rssTrend: [9e7, 2e8]});
  expect(rss?.cell(dying, 5, context).text).toBe('191M');
});
