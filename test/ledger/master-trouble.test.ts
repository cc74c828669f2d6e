import {expect, test} from 'vitest';
import {currentMaster} from '../../source/ledger/ledger.js';
import {troubleNow} from '../../source/ledger/master-trouble.js';
import type {Observation, Sample} from '../../source/observation.js';
import {attached, masterId, moment, processId, sample, worker} from '../helpers/observations.js';
import {fold} from './fold.js';

const two = [worker(processId(9101, -60)), worker(processId(9102, -59))];
const wanting = (value: number, source: 'peek' | 'command-line') => attached({settings: {workers: {value, source}}});

function trouble(observations: readonly Observation[]) {
  const ledger = fold(observations);
  return troubleNow(ledger, currentMaster(ledger)!);
}

function stopped(seconds: number, state: string): Sample {
  return sample(moment(seconds), two, {
    master: {id: masterId, processState: state, deadChildrenMinorFaults: 0},
  });
}

test('a master that was stopped is told with since when, until it goes on', () => {
  expect(trouble([attached(), stopped(0, 'S'), stopped(1, 'T'), stopped(4, 'T')])).toEqual({stoppedSeconds: 3});
  expect(trouble([attached(), stopped(0, 't')])).toEqual({stoppedSeconds: 0});
  expect(trouble([attached(), stopped(1, 'T'), stopped(4, 'S')])).toEqual({});
});

test('a place that stays empty is told once its worker is overdue', () => {
  const watched = (seconds: number) => [wanting(3, 'peek'), sample(moment(0), two), sample(moment(seconds), two)];

  expect(trouble(watched(4))).toEqual({});
  expect(trouble(watched(8))).toEqual({missing: {workers: 1, seconds: 8}});
});

test('a place that was filled is none, and neither is one that only a setting tells of', () => {
  const three = [...two, worker(processId(9103, 7))];

  expect(trouble([wanting(3, 'peek'), sample(moment(0), two), sample(moment(8), three)])).toEqual({});
  expect(trouble([wanting(3, 'command-line'), sample(moment(0), two), sample(moment(8), two)])).toEqual({});
});
