import {expect, test} from 'vitest';
import {beginInspection, observe, snapshotOf} from '../../source/inspection.js';
import type {Observation, Sample} from '../../source/observation.js';
import {attached, moment, processId, sample, worker} from '../helpers/observations.js';

/** A sample a second, as a machine tells it then. */
function snapshotAfter(seconds: readonly number[], told: (second: number) => Partial<Sample>) {
  const observations: readonly Observation[] = [
    attached(),
    ...seconds.map((second) =>
      sample(moment(second), [worker(processId(9101, -60), {cpuMs: second * 250})], told(second)),
    ),
  ];
  const inspection = observations.reduce(
    (before, observation) => observe(before, observation).inspection,
    beginInspection('shop'),
  );
  return snapshotOf(inspection);
}

const upTo = (seconds: number): readonly number[] => Array.from({length: seconds}, (_, second) => second);

test('all curves end at the same second and have one value each', () => {
  const {traffic, memory, cpu} = snapshotAfter(upTo(20), (second) => ({
    listeners: [{address: '0.0.0.0:8000', backlog: second, backlogLimit: 2048}],
    memory: {usedBytes: second * 1000, limitBytes: 50_000},
    cpu: {processors: 2},
  }));

  expect(traffic.backlogTrend).toEqual(upTo(20));
  expect(memory.trend).toEqual(upTo(20).map((second) => second * 1000));
  // A rate takes a second of history.
  expect(cpu.trend).toHaveLength(19);
  expect(cpu.percent).toBeCloseTo(25);
});

test('a curve keeps ten minutes', () => {
  expect(snapshotAfter(upTo(700), () => ({memory: {usedBytes: 1}})).memory.trend).toHaveLength(600);
});

test('a second that was missed has the value before it, and a longer gap ends the curve', () => {
  const told = (second: number): Partial<Sample> => ({memory: {usedBytes: second}});

  expect(snapshotAfter([0, 1, 2, 5, 6], told).memory.trend).toEqual([0, 1, 2, 2, 2, 5, 6]);
  expect(snapshotAfter([0, 1, 20, 21], told).memory.trend).toEqual([20, 21]);
});

test('connections and drops are told since the attach, with whether they are the target’s alone', () => {
  const {traffic} = snapshotAfter(upTo(10), (second) => ({
    listeners: [{address: '0.0.0.0:8000', backlog: 0}],
    network: {passiveOpens: 5000 + second * 12, listenDrops: 70 + second, otherListeners: 0},
  }));

  expect(traffic).toMatchObject({connectionsPerSecond: 12, connectionsAreOwn: true, drops: 9, dropsAreOwn: true});
  expect(traffic.connectionsTrend).toEqual(Array.from({length: 9}, () => 12));
});

test('drops that the kernel counts for the listener itself go before those of the namespace', () => {
  const {traffic} = snapshotAfter(upTo(5), (second) => ({
    listeners: [{address: '0.0.0.0:8000', backlog: 6, drops: second * 3}],
    network: {passiveOpens: 1, listenDrops: 500 * second, otherListeners: 4},
  }));

  expect(traffic).toMatchObject({drops: 12, dropsAreOwn: true, connectionsAreOwn: false});
});

test('a counter that begins anew is no drop below zero', () => {
  const {traffic} = snapshotAfter(upTo(6), (second) => ({
    listeners: [{address: '0.0.0.0:8000', drops: second < 3 ? 100 + second : second - 3}],
  }));

  expect(traffic.drops).toBe(4);
});

test('what the quota, the other tasks and the hypervisor took is told in percent', () => {
  const {cpu} = snapshotAfter(upTo(10), (second) => ({
    cpu: {
      processors: 4,
      quotaProcessors: 0.5,
      periods: second * 10,
      throttledPeriods: second * 8,
      groupPressureMs: second * 600,
      pressureMs: second * 100,
      totalMs: second * 4000,
      stolenMs: second * 200,
    },
  }));

  expect(cpu).toMatchObject({
    processors: 4,
    quotaProcessors: 0.5,
    throttledPercent: 80,
    pressurePercent: 60,
    stolenPercent: 5,
  });
});
