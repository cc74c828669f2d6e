import {expect, test} from 'vitest';
import {takeCount, type CountState} from '../../source/peek/request-count.js';

const counted: CountState = {last: {value: 1000, atMs: 0}};

test('a count that goes on from the one before is taken, and one that was not read is not', () => {
  expect(takeCount({}, 7, 0).value).toBe(7);
  expect(takeCount(counted, 1004, 100)).toEqual({state: {last: {value: 1004, atMs: 100}}, value: 1004});
  expect(takeCount(counted, undefined, 100)).toEqual({state: counted});
});

test('a count that falls once is not believed, and the next true one is', () => {
  const {state, value} = takeCount(counted, 3, 100);

  expect(value).toBeUndefined();
  expect(takeCount(state, 1001, 200).value).toBe(1001);
});

test('a jump beyond what a process can serve is not believed, just below it is', () => {
  expect(takeCount(counted, 1000 + 6000, 100).value).toBe(7000);
  expect(takeCount(counted, 1000 + 6001, 100).value).toBeUndefined();
});

test('a foreign number that was believed is corrected after three true ones in a row', () => {
  const poisoned: CountState = {last: {value: 5000, atMs: 0}};
  const first = takeCount(poisoned, 1001, 100);
  const second = takeCount(first.state, 1002, 200);
  const third = takeCount(second.state, 1004, 300);

  expect([first.value, second.value, third.value]).toEqual([undefined, undefined, 1004]);
  expect(takeCount(third.state, 1005, 400).value).toBe(1005);
});

test('a lower number is not believed within a few milliseconds, however often it is seen', () => {
  let state = counted;
  for (const nowMs of [100, 101, 102, 103, 199]) {
    const taken = takeCount(state, 999, nowMs);
    expect(taken.value).toBeUndefined();
    state = taken.state;
  }

  expect(takeCount(state, 999, 200).value).toBe(999);
});

test('doubtful numbers that do not follow on each other are never believed', () => {
  let state = counted;
  for (const value of [900, 3, 700, 5, 600]) {
    const taken = takeCount(state, value, 100);
    expect(taken.value).toBeUndefined();
    state = taken.state;
  }
});
