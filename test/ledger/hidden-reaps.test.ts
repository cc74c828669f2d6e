import {expect, test} from 'vitest';
import {missedSoFar} from '../../source/ledger/spawns.js';
import type {Observation, WorkerSample} from '../../source/observation.js';
import type {SourceState} from '../../source/source-state.js';
import {attached, masterId, moment, peeked, processId, sample, settingsOf, worker} from '../helpers/observations.js';
import {fold} from './fold.js';

const first = worker(processId(9101, -60));
const second = worker(processId(9102, -59));
const noLog: readonly SourceState[] = [{id: 'log', state: 'denied', why: 'needs root'}];

const settings = settingsOf({workers: 2});
const begin = (sources = noLog): Observation => ({...attached({settings}), sources});

/** A sample with the page faults of dead children that the master counts then. */
const seen = (seconds: number, faults: number, ...workers: readonly WorkerSample[]) =>
  sample(moment(seconds), workers, {master: {id: masterId, processState: 'S', deadChildrenMinorFaults: faults}});

/** A worker dies, and those forked in its place die too, each between two samples. */
const loop = [
  seen(0, 0, first, second),
  seen(0.25, 1117, first),
  seen(0.5, 2200, first),
  seen(0.75, 3300, first),
  seen(1, 4400, first),
  seen(1.25, 5500, first),
];

const missed = (...observations: readonly Observation[]): number => missedSoFar(fold(observations));

test('jumps without a death that was seen are workers that nobody saw, while a place stays open', () => {
  expect(missed(begin(), ...loop)).toBe(3);
});

test('the first jump after a death may be that death, and a single one more is not believed', () => {
  expect(missed(begin(), ...loop.slice(0, 3))).toBe(0);
  expect(missed(begin(), ...loop.slice(0, 4))).toBe(0);
});

test('a healthy recycle and a reload miss nobody', () => {
  const third = worker(processId(9103, 0.2));
  const fourth = worker(processId(9104, 0.4));

  expect(
    missed(
      begin(),
      seen(0, 0, first, second),
      seen(0.25, 0, {...first, processState: 'Z'}, second),
      seen(0.5, 1117, second, third),
      seen(0.75, 2200, third, fourth),
      seen(1, 2200, third, fourth),
    ),
  ).toBe(0);
  expect(
    missed(
      begin(),
      seen(0, 0, first, second),
      seen(0.25, 900, first, second, third, fourth),
      seen(0.5, 1800, second, third, fourth),
      seen(0.75, 2900, third, fourth),
      seen(1, 4000, third, fourth),
      seen(1.25, 5000, third, fourth),
    ),
  ).toBe(0);
});

test('a death that is seen long before its reap explains its jump', () => {
  const dead: WorkerSample = {...second, processState: 'Z'};

  expect(missed(begin(), seen(0, 0, first, second), seen(0.25, 0, first, dead), seen(3, 1117, first))).toBe(0);
});

test('a master that starts other programs too tells nothing by its jumps', () => {
  const other = worker(processId(9200, -1), {kind: 'other'});

  expect(missed(begin(), seen(-0.25, 0, first, second, other), ...loop)).toBe(0);
});

test('a master that starts its first workers is left alone', () => {
  const young = {...attached({settings, startedWallMs: moment(-1).wallMs}), sources: noLog};

  expect(missed(young, ...loop)).toBe(0);
});

test('where the log, the kernel or the arbiter counts, page faults do not', () => {
  const log: readonly SourceState[] = [{id: 'log', state: 'ok'}];
  const connector: readonly SourceState[] = [...noLog, {id: 'connector', state: 'ok'}];
  const counter = peeked(moment(0.1), [], {workersSpawned: 2});

  expect(missed(begin(log), ...loop)).toBe(0);
  expect(missed(begin(connector), ...loop)).toBe(0);
  expect(missed(begin(), ...loop.slice(0, 1), counter, ...loop.slice(1))).toBe(0);
});

test('a master whose number of workers is not known tells nothing', () => {
  expect(missed({...attached(), sources: noLog}, ...loop)).toBe(0);
});
