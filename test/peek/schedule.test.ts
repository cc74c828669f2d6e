import {expect, test} from 'vitest';
import type {WorkerPeek} from '../../source/observation.js';
import {
  afterReading,
  dueOf,
  isNearLimit,
  nothingRead,
  unchangedCount,
  type ReadingsSoFar,
} from '../../source/peek/schedule.js';

const id = {pid: 9101, startTicks: 1};
const idle = {requestsBegun: 10, requests: []};

/** A worker of which nothing but this was read, by a look at 0 ms. */
function lookedAt(facts: Omit<WorkerPeek, 'id'> = idle): ReadingsSoFar {
  return afterReading(nothingRead, {id, ...facts}, 0, true);
}

test('a worker that was never read is looked at, for that tells why it was forked', () => {
  expect(dueOf(nothingRead, 'count', true, 0)).toEqual({stack: true});
});

test('a worker with nothing to do is counted twice a second, and looked at no more', () => {
  const read = lookedAt();

  expect(dueOf(read, 'count', true, 400)).toBeUndefined();
  expect(dueOf(read, 'count', true, 500)).toEqual({stack: false});
  expect(dueOf(read, 'count', true, 60_000)).toEqual({stack: false});
});

test('a worker that was seen in a request is looked at until it is over', () => {
  const inRequest = afterReading(nothingRead, {id, requests: [{method: 'GET', path: '/'}]}, 0, true);

  expect(dueOf(inRequest, 'count', true, 500)).toEqual({stack: true});
});

test('one that serves request after request is in no slow one', () => {
  const begun = afterReading(lookedAt(), {id, requestsBegun: 60}, 500, false);

  expect(dueOf(begun, 'look', true, 800)).toBeUndefined();
  expect(dueOf(begun, 'look', true, 1000)).toEqual({stack: true});
  expect(dueOf(begun, 'look', false, 800)).toEqual({stack: true});
});

test('one of a class that serves many at once is looked at when it has begun a request, before its client is seen', () => {
  const begun = afterReading(lookedAt(), {id, requestsBegun: 11}, 500, false);

  expect(dueOf(begun, 'count', false, 525)).toEqual({stack: true});
  expect(dueOf(begun, 'count', true, 525)).toBeUndefined();
  expect(dueOf(afterReading(begun, {id, ...idle}, 525, true), 'count', false, 1100)).toEqual({stack: false});
});

test('the longer the heartbeat is silent, the more often it is looked at', () => {
  const read = lookedAt();

  expect(dueOf(read, 'closely', true, 200)).toBeUndefined();
  expect(dueOf(read, 'closely', true, 250)).toEqual({stack: true});
  expect(dueOf(read, 'last-words', true, 100)).toEqual({stack: true});
});

test('a worker that may reach its limit within a second is counted at every turn', () => {
  const before = afterReading(nothingRead, {id, requestsBegun: 800, maxRequests: 1000, requests: []}, 0, true);
  const fast = afterReading(before, {id, requestsBegun: 900}, 500, false);
  const slow = afterReading(before, {id, requestsBegun: 802}, 500, false);

  expect(isNearLimit(fast)).toBe(true);
  expect(dueOf(fast, 'count', true, 525)).toEqual({stack: false});
  expect(isNearLimit(slow)).toBe(false);
});

test('a worker without a limit is never near it', () => {
  expect(isNearLimit(lookedAt({requestsBegun: 1_000_000}))).toBe(false);
});

test('a worker that has not beaten since it was counted has begun no request; one that has is counted again', () => {
  const counted = afterReading(nothingRead, {id, requestsBegun: 60, requests: []}, 0, true, 1_000_000);

  expect(unchangedCount(counted, 1_000_000)).toBe(60);
  expect(unchangedCount(counted, 1_000_400)).toBeUndefined();
  expect(unchangedCount(counted, undefined)).toBeUndefined();
});

test('a worker whose heartbeat was not known when it was counted, or that could not be counted, is read again', () => {
  const unseen = afterReading(nothingRead, {id, requestsBegun: 60, requests: []}, 0, true);
  const failed = afterReading(nothingRead, {id, why: 'closed'}, 0, false, 1_000_000);

  expect(unchangedCount(unseen, 1_000_000)).toBeUndefined();
  expect(unchangedCount(failed, 1_000_000)).toBeUndefined();
});
