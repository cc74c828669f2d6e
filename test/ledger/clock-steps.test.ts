import {expect, test} from 'vitest';
import {clockAheadMs, withClockStep} from '../../source/ledger/clock-steps.js';
import {moment} from '../helpers/observations.js';

const set = (seconds: number, aheadMs: number) => ({...moment(seconds), wallMs: moment(seconds).wallMs + aheadMs});

test('a wall clock that goes ahead of the monotonic one has stepped', () => {
  const steps = withClockStep([], moment(1), set(1.25, 45_000));

  expect(steps).toEqual([{at: set(1.25, 45_000), aheadMs: 45_000}]);
});

test('the time between reading two clocks is no step', () => {
  expect(withClockStep([], moment(1), set(1.25, 900))).toEqual([]);
  expect(withClockStep([], undefined, set(1, 90_000))).toEqual([]);
});

test('the monotonic clock of another machine begins anew, which is no step', () => {
  expect(withClockStep([], moment(1000), set(1, 90_000))).toEqual([]);
});

test('only the steps of a time count in it, and one back takes one ahead away', () => {
  const steps = [
    {at: moment(1), aheadMs: 45_000},
    {at: moment(5), aheadMs: -45_000},
    {at: moment(9), aheadMs: 3000},
  ];
  const {monotonicMs} = moment(0);

  expect(clockAheadMs(steps, monotonicMs, monotonicMs + 4000)).toBe(45_000);
  expect(clockAheadMs(steps, monotonicMs, monotonicMs + 6000)).toBe(0);
  expect(clockAheadMs(steps, monotonicMs + 6000, monotonicMs + 10_000)).toBe(3000);
});

test('a clock that is set all the time leaves nothing that grows', () => {
  let steps = withClockStep([], moment(0), set(1, 5000));
  for (let second = 2; second < 100; second++) steps = withClockStep(steps, moment(0), set(second, 5000));

  expect(steps).toHaveLength(20);
});
