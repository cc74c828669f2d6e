import {expect, test} from 'vitest';
import {currentMaster} from '../../source/ledger/ledger.js';
import {wantedWorkers} from '../../source/ledger/wanted-workers.js';
import type {Observation} from '../../source/observation.js';
import {attached, logged, moment, processId, sample, worker} from '../helpers/observations.js';
import {fold} from './fold.js';

const [first, second, third] = [processId(9101, -60), processId(9102, -59), processId(9103, -58)];
const four = {workers: {value: 4, source: 'command-line'}} as const;
const three = (seconds: number) => sample(moment(seconds), [worker(first), worker(second), worker(third)]);

function wanted(...observations: readonly Observation[]): number | undefined {
  const master = currentMaster(fold([attached({settings: four}), ...observations]));
  return master && wantedWorkers(master);
}

/** Samples of the same workers, one a second. */
function still(from: number, to: number, at: (seconds: number) => Observation): readonly Observation[] {
  return Array.from({length: to - from + 1}, (_, index) => at(from + index));
}

test('the setting is what is wanted until the workers tell otherwise', () => {
  expect(wanted(three(0), three(1))).toBe(4);
});

test('a number of workers that stands still is wanted, whatever the setting says', () => {
  expect(wanted(...still(0, 5, three))).toBe(3);
});

test('a worker that has just died is still wanted', () => {
  const two = (seconds: number) => sample(moment(seconds), [worker(first), worker(second)]);

  expect(wanted(...still(0, 5, three), two(6), two(7))).toBe(3);
});

test('a TTOU takes one at once, and never the last', () => {
  const ttou = (seconds: number) =>
    logged(moment(seconds), '[2026-11-22 14:00:01 +0000] [812] [INFO] Handling signal: ttou');

  expect(wanted(three(0), three(1), ...ttou(1.5), three(2))).toBe(3);
  expect(wanted(three(0), three(1), ...[1.1, 1.2, 1.3, 1.4, 1.5].flatMap(ttou), three(2))).toBe(1);
});

test('a TTIN adds one, and a reload begins with the setting again', () => {
  const ttin = logged(moment(6.5), '[2026-11-22 14:00:06 +0000] [812] [INFO] Handling signal: ttin');
  const hup = logged(moment(7.5), '[2026-11-22 14:00:07 +0000] [812] [INFO] Hang up: Master');

  expect(wanted(...still(0, 6, three), ...ttin, three(7))).toBe(4);
  expect(wanted(...still(0, 6, three), ...hup, three(8))).toBe(4);
});

test('workers that boot and die again and again do not stand still', () => {
  const turn = (seconds: number) =>
    sample(moment(seconds), [worker(first), worker(processId(9200 + seconds, seconds - 0.5))]);

  expect(wanted(...still(0, 12, turn))).toBe(4);
});

test('the memory of the arbiter tells it, whatever can be seen', () => {
  const told = {workers: {value: 6, source: 'peek'}} as const;

  const master = currentMaster(fold([attached({settings: told}), ...still(0, 6, three)]));

  expect(master && wantedWorkers(master)).toBe(6);
});
