import {expect, test} from 'vitest';
import {isStarved, processorWaitOf, withWait} from '../../source/ledger/processor-wait.js';
import type {WaitReading} from '../../source/ledger/processor-wait.js';
import type {Pulse} from '../../source/ledger/pulse.js';
import type {CpuSample} from '../../source/machine-sample.js';
import {moment} from '../helpers/observations.js';

/** One reading a second, each with what it waited since the one before. */
function readings(...waitedMs: readonly number[]): readonly WaitReading[] {
  let runQueueMs = 5000;
  return waitedMs.map((waited, second) => ({at: moment(second), runQueueMs: (runQueueMs += waited)}));
}

function pulses(count: number, cpu: (second: number) => CpuSample): readonly Pulse[] {
  return Array.from({length: count}, (_, second) => ({at: moment(second), by: moment(second), cpu: cpu(second)}));
}

const from = (second: number): number => moment(second).monotonicMs;

test('a worker that waited for nine tenths of its silence is starved, and since when is known', () => {
  const waits = readings(0, 0, 10, 900, 900, 900, 900);

  const wait = processorWaitOf(waits, [], from(2));

  expect(wait).toEqual({overMs: 4000, waitedMs: 3600, onsetWallMs: moment(2).wallMs});
  expect(isStarved(wait!)).toBe(true);
});

test('a worker that waited for half of its silence is not starved', () => {
  expect(isStarved(processorWaitOf(readings(0, 500, 500, 500, 500), [], from(0))!)).toBe(false);
});

test('the stretch of waiting may have begun before the silence, and one better second does not end it', () => {
  const wait = processorWaitOf(readings(0, 0, 800, 100, 900, 900, 900), [], from(4));

  expect(wait?.onsetWallMs).toBe(moment(1).wallMs);
});

test('too few readings of the silence tell nothing', () => {
  expect(processorWaitOf(readings(0), [], from(0))).toBeUndefined();
  expect(processorWaitOf(readings(0, 900, 900), [], from(30))).toBeUndefined();
  expect(processorWaitOf([], [], from(0))).toBeUndefined();
});

test('what held it up is told as shares of the same time', () => {
  const cpu = (second: number): CpuSample => ({
    quotaProcessors: 0.5,
    periods: second * 10,
    throttledPeriods: second * 9,
    totalMs: second * 2000,
    stolenMs: second * 100,
    pressureMs: second * 400,
  });

  expect(processorWaitOf(readings(0, 900, 900, 900), pulses(4, cpu), from(0))).toMatchObject({
    quotaProcessors: 0.5,
    throttledShare: 0.9,
    stolenShare: 0.05,
    pressureShare: 0.4,
  });
});

test('counters that began anew in between tell no share', () => {
  const cpu = (second: number): CpuSample => ({quotaProcessors: 1, periods: 100 - second, throttledPeriods: 0});

  expect(processorWaitOf(readings(0, 900, 900), pulses(3, cpu), from(0))).not.toHaveProperty('throttledShare');
});

test('readings are kept for two minutes', () => {
  let waits: readonly WaitReading[] = [];
  for (let tick = 0; tick < 4000; tick++) waits = withWait(waits, moment(tick / 4), tick);

  expect(waits).toHaveLength(120);
  expect(withWait(waits, moment(2000), undefined)).toBe(waits);
});
