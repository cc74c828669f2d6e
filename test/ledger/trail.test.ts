import {expect, test} from 'vitest';
import {trailFrom, type TrailPoint} from '../../source/ledger/trail.js';
import {beat, moment, processId, worker} from '../helpers/observations.js';

function trailOf(seconds: readonly number[], requests?: number): readonly TrailPoint[] {
  let trail: readonly TrailPoint[] = [];
  for (const second of seconds) {
    const sample = worker(processId(9101, -60), {heartbeat: beat(moment(0)), rssBytes: 5e7, cpuMs: second * 10});
    trail = trailFrom(trail, moment(second), sample, requests);
  }
  return trail;
}

test('a trail has one point a second, whatever the cadence', () => {
  expect(trailOf([0, 0.25, 0.5, 0.75, 1, 1.25, 1.99, 2.98, 3.2]).map(({cpuMs}) => cpuMs)).toEqual([0, 10, 20, 30]);
});

test('a trail never holds more than the last minute', () => {
  const trail = trailOf(Array.from({length: 500}, (_, second) => second));
  expect(trail).toHaveLength(60);
  expect(trail.at(-1)?.heartbeatAgeMs).toBe(499_000);
});

test('what was not readable is absent, and a process without memory has no size', () => {
  const [point] = trailFrom([], moment(0), worker(processId(9101, 0), {rssBytes: 0, cpuMs: 1.4}), undefined);
  expect(point).toEqual({wallMs: moment(0).wallMs, monotonicMs: moment(0).monotonicMs, cpuMs: 1});
  expect(trailOf([0], 7)[0]?.requests).toBe(7);
});
