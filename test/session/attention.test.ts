import {expect, test} from 'vitest';
import {planOf} from '../../source/session/attention.js';
import type {WorkerSample} from '../../source/observation.js';
import {beat, moment, processId, sample, settingsOf, worker} from '../helpers/observations.js';

const id = processId(9101, -60);
const settings = settingsOf({workerClass: 'sync', timeoutSeconds: 30});
const waiting = {main: {kind: 'accept', via: 'select'}, clients: 0} as const;

function attentionTo(overrides: Partial<WorkerSample>, now = 100) {
  return planOf(sample(moment(now), [worker(id, {heartbeat: beat(moment(now - 1)), ...overrides})]), settings)
    .workers[0]?.attention;
}

test('a worker that waits for a connection is only counted', () => {
  expect(attentionTo({activity: waiting})).toBe('count');
});

test('a worker with a client, or of which nothing is known, is looked at', () => {
  expect(attentionTo({activity: {...waiting, clients: 1}})).toBe('look');
  expect(attentionTo({activity: {main: {kind: 'peer', what: '10.0.3.7:5432'}}})).toBe('look');
  expect(attentionTo({})).toBe('look');
});

test('a silent worker is looked at closely, and for its last words when the abort is due', () => {
  expect(attentionTo({activity: waiting, heartbeat: beat(moment(75))})).toBe('closely');
  expect(attentionTo({activity: waiting, heartbeat: beat(moment(71))})).toBe('last-words');
});

test('the worker that somebody looks at is looked at closely', () => {
  const idle = sample(moment(100), [worker(id, {activity: waiting})]);

  expect(planOf(idle, settings, `${id.pid}@${id.startTicks}`).workers[0]?.attention).toBe('closely');
});

test('only living workers are in the plan, and whether their class serves one request at a time', () => {
  const dead = worker(processId(9102, 0), {processState: 'Z'});
  const other = worker(processId(9103, 0), {kind: 'other'});

  const plan = planOf(sample(moment(100), [worker(id), dead, other]), settings);

  expect(plan.workers.map((each) => each.id.pid)).toEqual([9101]);
  expect(plan.oneAtATime).toBe(true);
});

test('the heartbeat of an idle sync worker goes with it where one listener makes it beat before each request', () => {
  const idle = sample(moment(100), [worker(id, {activity: waiting, heartbeat: beat(moment(99))})]);
  const bound = (bind: readonly string[]) => planOf(idle, {...settings, bind: {value: bind, source: 'peek'} as const});

  expect(bound(['127.0.0.1:8000']).workers[0]?.beatWallMs).toBe(beat(moment(99)).changedWallMs);
  expect(bound(['127.0.0.1:8000', '127.0.0.1:8001']).workers[0]).not.toHaveProperty('beatWallMs');
  expect(planOf(idle, settings).workers[0]).not.toHaveProperty('beatWallMs');
});
