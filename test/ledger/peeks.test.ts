import {expect, test} from 'vitest';
import {requestRateOf, requestsBegunOf} from '../../source/ledger/life-memory.js';
import {missedSoFar} from '../../source/ledger/spawns.js';
import {workerRows} from '../../source/ledger/worker-row.js';
import type {Observation, WorkerPeek} from '../../source/observation.js';
import {attached, inFlight, moment, peeked, processId, sample, worker} from '../helpers/observations.js';
import {endedLife, fold, livingLife} from './fold.js';

const id = processId(9101, -60);
const mebibyte = 1024 * 1024;

function reading(seconds: number, facts: Omit<WorkerPeek, 'id'>): Observation {
  return peeked(moment(seconds), [{id, ...facts}]);
}

const begin: readonly Observation[] = [attached(), sample(moment(0), [worker(id)])];

test('the count of memory is preferred over that of the access log, and says where it comes from', () => {
  const ledger = fold([
    ...begin,
    {kind: 'access', at: moment(1), requests: [{pid: 9101, count: 3}]},
    reading(1, {requestsBegun: 812, maxRequests: 1000}),
    sample(moment(1.25), [worker(id)]),
  ]);

  expect(workerRows(ledger)[0]).toMatchObject({
    requests: {count: 812, source: "the worker's memory"},
    maxRequests: 1000,
    requestsLeft: 188,
  });
});

test('a rate needs two counts and the time between them', () => {
  const one = fold([...begin, reading(1, {requestsBegun: 800})]);
  const two = fold([reading(2, {requestsBegun: 820}), reading(3, {requestsBegun: 840})], one);

  expect(requestRateOf(livingLife(one, 9101).memory)).toBeUndefined();
  expect(requestRateOf(livingLife(two, 9101).memory)).toBe(20);
});

test('readings in quick succession do not push out the older ones that a rate needs', () => {
  const quick = Array.from({length: 40}, (_, index) => reading(3 + index / 40, {requestsBegun: 840 + index}));
  const ledger = fold([...begin, reading(1, {requestsBegun: 800}), reading(2, {requestsBegun: 820}), ...quick]);

  const {memory} = livingLife(ledger, 9101);
  expect(requestsBegunOf(memory)?.count).toBe(879);
  expect(requestRateOf(memory)).toBeGreaterThan(20);
});

test('a request in flight is on the row with its age and the place where its code stands', () => {
  const ledger = fold([...begin, reading(30, {requests: [inFlight(2)]}), sample(moment(30.2), [worker(id)])]);

  expect(workerRows(ledger)[0]).toMatchObject({
    state: 'busy',
    request: {method: 'POST', path: '/checkout'},
    inFlight: 1,
    stack: ['views.py:88 charge_card', 'views.py:41 checkout'],
  });
  expect(workerRows(ledger)[0]?.request?.ageSeconds).toBeCloseTo(28.2, 3);
});

test('a worker that was seen waiting since has no request any more, and one that has one is busy whatever it waits in', () => {
  const waiting = {main: {kind: 'accept'}, clients: 0} as const;
  const elsewhere = {main: {kind: 'other', via: 'futex_wait'}, clients: 0} as const;
  const asked = [...begin, reading(30, {requests: [inFlight(29)]})];

  const [idle] = workerRows(fold([...asked, sample(moment(31), [worker(id, {activity: waiting})])]));
  const [busy] = workerRows(fold([...asked, sample(moment(31), [worker(id, {activity: elsewhere})])]));

  expect([idle?.state, idle?.now, idle?.request]).toEqual(['idle', 'waiting', undefined]);
  expect([busy?.state, busy?.request?.path]).toEqual(['busy', '/checkout']);
});

test('a look that is old tells nothing of this moment', () => {
  const ledger = fold([...begin, reading(2, {requests: [inFlight(1)]}), sample(moment(5), [worker(id)])]);

  expect(workerRows(ledger)[0]).not.toHaveProperty('request');
});

test('of several requests in flight the oldest is shown, with its own stack', () => {
  const own = [{function: 'slow', file: '/srv/shop/reports.py', line: 7}];
  const requests = [inFlight(9, {path: '/new'}), inFlight(3, {path: '/old', stack: own}), inFlight(5)];
  const ledger = fold([...begin, reading(10, {requests}), sample(moment(10), [worker(id)])]);

  expect(workerRows(ledger)[0]).toMatchObject({request: {path: '/old'}, inFlight: 3, stack: ['reports.py:7 slow']});
});

test('the last words of a worker stay when it has died', () => {
  const ledger = fold([
    ...begin,
    reading(5, {requestsBegun: 12, requests: [inFlight(1)]}),
    sample(moment(5.25), [worker(id)]),
    sample(moment(5.5), []),
  ]);

  const {memory} = endedLife(ledger, 9101);
  expect(memory?.looks.at(-1)?.requests?.[0]?.path).toBe('/checkout');
  expect(requestsBegunOf(memory)?.count).toBe(12);
});

test('a reading that was made before the death and comes in after it still counts', () => {
  const ledger = fold([
    ...begin,
    sample(moment(5.25), [worker(id)]),
    sample(moment(5.5), []),
    reading(5.3, {requests: [inFlight(1)]}),
  ]);

  expect(endedLife(ledger, 9101).memory?.looks).toHaveLength(1);
  expect(ledger.at).toEqual(moment(5.5));
});

test('what is read of the memory of a process after its death is not taken for its own', () => {
  const ledger = fold([...begin, sample(moment(5.5), []), reading(5.75, {requests: [inFlight(1)]})]);

  expect(endedLife(ledger, 9101).memory).toBeUndefined();
});

test('settings of the running master replace what was read elsewhere', () => {
  const ledger = fold([...begin, peeked(moment(1), [], {settings: {timeoutSeconds: {value: 7, source: 'peek'}}})]);

  expect(ledger.masters.at(-1)?.settings.timeoutSeconds).toEqual({value: 7, source: 'peek'});
  expect(ledger.masters.at(-1)?.settings.version?.value).toBe('23.0.0');
});

test('requests of one page are counted together, with their time and the memory that came with them', () => {
  const grown = worker(id, {rssBytes: 160 * mebibyte});
  const ledger = fold([
    ...begin,
    reading(2, {requests: [inFlight(1, {path: '/export/1'})]}),
    sample(moment(2.25), [grown]),
    reading(3, {requests: [inFlight(1, {path: '/export/1'})]}),
    reading(4, {requests: [inFlight(3.5, {path: '/export/2'})]}),
    reading(5, {requests: []}),
  ]);

  expect(ledger.paths).toEqual([
    {
      path: 'POST /export/{id}',
      seen: 2,
      durations: [2, 0.5],
      longestSeconds: 2,
      grewBytes: 60 * mebibyte,
      lastAtMs: moment(4).wallMs,
    },
  ]);
});

/** Ticks of a quarter of a second with the arbiter's counter, from one moment to another. */
function ticks(from: number, to: number, spawned: (seconds: number) => number): readonly Observation[] {
  const times = Array.from({length: Math.round((to - from) * 4)}, (_, index) => from + index / 4);
  return times.flatMap((seconds) => [
    peeked(moment(seconds), [], {workersSpawned: spawned(seconds)}),
    sample(moment(seconds), [worker(id)]),
  ]);
}

test('workers that were forked and never seen are counted exactly once the counter stands still', () => {
  const quiet = fold([...begin, ...ticks(0.25, 4, () => 8)]);
  const after = fold(
    ticks(4, 8, (seconds) => (seconds < 5 ? 10 : 11)),
    quiet,
  );

  expect(missedSoFar(quiet)).toBe(0);
  expect(missedSoFar(after)).toBe(3);
  expect(after.spawns?.isExact).toBe(true);
});

test('in a boot loop that never pauses the number is a least one', () => {
  const ledger = fold([...begin, ...ticks(0.25, 10, (seconds) => 8 + Math.floor(seconds * 4))]);

  expect(missedSoFar(ledger)).toBeGreaterThan(30);
  expect(missedSoFar(ledger)).toBeLessThan(39);
  expect(ledger.spawns?.isExact).toBe(false);
});

test('a worker that is seen is not missed', () => {
  const quiet = fold([...begin, ...ticks(0.25, 4, () => 8)]);
  const born = worker(processId(9102, 4.1));
  const after = fold(
    [4.25, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8].flatMap((seconds) => [
      peeked(moment(seconds), [], {workersSpawned: 9}),
      sample(moment(seconds), [worker(id), born]),
    ]),
    quiet,
  );

  expect(missedSoFar(after)).toBe(0);
});

test('a reading that waited for its tick is not compared with who was forked after it', () => {
  const born = worker(processId(9102, 2.95));
  const ledger = fold([
    ...begin,
    ...ticks(0.25, 2.5, () => 8),
    // Read before the fork, and taken in after the sample that shows who was forked.
    sample(moment(3), [worker(id), born]),
    peeked(moment(2.9), [], {workersSpawned: 8}),
    ...[4, 5, 6, 7].flatMap((seconds) => [
      sample(moment(seconds), [worker(id), born]),
      peeked(moment(seconds), [], {workersSpawned: 9}),
    ]),
  ]);

  expect(missedSoFar(ledger)).toBe(0);
});
