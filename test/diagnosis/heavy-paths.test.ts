import {expect, test} from 'vitest';
import {heavyPathsOf} from '../../source/diagnosis/heavy-paths.js';
import type {Observation} from '../../source/observation.js';
import {attached, inFlight, moment, peeked, processId, sample, worker} from '../helpers/observations.js';
import {restart} from '../helpers/restarts.js';
import {fold} from '../ledger/fold.js';

const id = processId(9101, -60);
const mebibyte = 1024 * 1024;
const nowMs = moment(100).wallMs;
const nothing = fold([attached()]);

function seen(...observations: readonly Observation[]) {
  return fold([attached(), sample(moment(0), [worker(id)]), ...observations]);
}

function running(seconds: number, startedSeconds: number, path: string): Observation {
  return peeked(moment(seconds), [{id, requests: [inFlight(startedSeconds, {path})]}]);
}

const none = (seconds: number): Observation => peeked(moment(seconds), [{id, requests: []}]);

test('deaths in requests of one page are counted together, and expected ones not at all', () => {
  const deaths = [
    restart({cause: 'timeout', at: 10, request: {method: 'POST', path: '/orders/7/pay'}}),
    restart({cause: 'timeout', at: 20, request: {method: 'POST', path: '/orders/8/pay'}}),
    restart({cause: 'out-of-memory', at: 30, request: {method: 'GET', path: '/export'}}),
    restart({cause: 'reload', at: 40, request: {method: 'GET', path: '/'}}),
    restart({cause: 'timeout', at: -900, request: {method: 'GET', path: '/old'}}),
  ];

  const paths = heavyPathsOf(nothing, deaths, nowMs);

  expect(paths.map(({path, timeouts, memoryDeaths}) => [path, timeouts, memoryDeaths])).toEqual([
    ['POST /orders/{id}/pay', 2, 0],
    ['GET /export', 0, 1],
  ]);
});

test('times are the longest and the typical of those that were seen, the running one included', () => {
  const ledger = seen(
    ...[1, 2, 3].flatMap((at) => [running(at * 10 + 1, at * 10, `/report/${at}`), none(at * 10 + 2)]),
    running(90, 50, '/report/4'),
  );

  const [path] = heavyPathsOf(ledger, [], nowMs);

  expect(path).toMatchObject({path: 'POST /report/{id}', seen: 4, longestSeconds: 40, typicalSeconds: 1, faults: 0});
});

test('growth is told where a request had the worker for itself and it is more than noise', () => {
  const grown = sample(moment(3), [worker(id, {rssBytes: 180 * mebibyte})]);
  const alone = seen(running(2, 1, '/export'), grown, running(4, 1, '/export'), none(5));
  const noise = sample(moment(3), [worker(id, {rssBytes: 101 * mebibyte})]);
  const flat = seen(running(2, 1, '/export'), noise, running(4, 1, '/export'), none(5));

  expect(heavyPathsOf(alone, [], nowMs)[0]?.grewBytes).toBe(80 * mebibyte);
  expect(heavyPathsOf(flat, [], nowMs)[0]).not.toHaveProperty('grewBytes');
});

test('growth is nobody’s where several requests shared the worker', () => {
  const both = (seconds: number) =>
    peeked(moment(seconds), [{id, requests: [inFlight(1, {path: '/export'}), inFlight(1.5, {path: '/other'})]}]);
  const grown = sample(moment(3), [worker(id, {rssBytes: 180 * mebibyte})]);

  const paths = heavyPathsOf(seen(both(2), grown, both(4), none(5)), [], nowMs);

  expect(paths).toHaveLength(2);
  expect(paths.some(({grewBytes}) => grewBytes !== undefined)).toBe(false);
});

test('a request that its worker died in is among those that were seen', () => {
  const ledger = seen(running(30, 1, '/checkout'), sample(moment(31), []));

  expect(heavyPathsOf(ledger, [], nowMs)[0]).toMatchObject({path: 'POST /checkout', seen: 1, longestSeconds: 29});
});
