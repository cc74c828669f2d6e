import {expect, test} from 'vitest';
import {incidentWindow} from '../../source/diagnosis/incident-window.js';
import {moment} from '../helpers/observations.js';
import {restart} from '../helpers/restarts.js';

const minute = 60;
const crash = (atMinute: number) => restart({cause: 'crash', at: atMinute * minute});
const recycle = (atMinute: number) => restart({cause: 'max-requests', at: atMinute * minute});
const now = (atMinute: number) => moment(atMinute * minute).wallMs;

function told(restarts: readonly ReturnType<typeof restart>[], atMinute: number) {
  const {restarts: all, faults, sinceMs, lastMs, isLonger} = incidentWindow(restarts, now(atMinute));
  const minutes = [sinceMs, lastMs].map((ms) => ms && (ms - now(0)) / 60_000);
  return [all.length, faults.length, ...minutes, isLonger];
}

test('an incident is told whole until a quarter of an hour after its last fault', () => {
  const storm = [crash(1), crash(2), crash(10)];

  expect(told(storm, 10)).toEqual([3, 3, 1, 10, false]);
  expect(told(storm, 25)).toEqual([3, 3, 1, 10, false]);
  expect(told(storm, 25.1)).toEqual([0, 0, undefined, undefined, false]);
});

test('one that goes on for longer is counted over a quarter of an hour, and keeps its beginning', () => {
  expect(told([crash(0), crash(14), crash(28), crash(42)], 43)).toEqual([2, 2, 0, 42, true]);
});

test('a quarter of an hour without a fault ends an incident', () => {
  expect(told([crash(0), crash(16)], 17)).toEqual([1, 1, 16, 16, false]);
});

test('wanted restarts are counted beside faults, and told of when no fault is left', () => {
  const both = [crash(1), recycle(2), recycle(14)];

  expect(told(both, 15)).toEqual([3, 1, 1, 1, false]);
  expect(told(both, 17)).toEqual([2, 0, 2, 14, false]);
  expect(told(both, 30)).toEqual([0, 0, undefined, undefined, false]);
});

test('an end of which cannot be told whether it was wanted counts as a fault', () => {
  expect(told([restart({cause: 'clean-exit', at: 60})], 2)).toEqual([1, 1, 1, 1, false]);
});

test('a stop of the whole service is told where nothing else is, and never before a worker that ended by itself', () => {
  const stop = (atMinute: number) => restart({cause: 'shutdown', at: atMinute * minute});

  expect(told([stop(1), stop(1)], 2)).toEqual([2, 2, 1, 1, false]);
  expect(told([stop(1), stop(1), crash(3)], 4)).toEqual([3, 1, 3, 3, false]);
  expect(told([crash(1), stop(3)], 17)).toEqual([2, 2, 1, 3, false]);
});
