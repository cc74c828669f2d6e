import {expect, test} from 'vitest';
import {attached, logged, moment, processId, sample, worker} from '../helpers/observations.js';
import {endedLife, fold, livingLife} from './fold.js';

const first = processId(9101, -60);
const second = processId(9102, -59);
const third = processId(9103, -58);
const born = (pid: number, seconds: number) => worker(processId(pid, seconds));

test('workers that are there at the attach took no place from anybody', () => {
  const ledger = fold([attached(), sample(moment(0), [worker(first), worker(second)])]);

  expect(ledger.living.map(({isBornLater, surplus}) => [isBornLater, surplus])).toEqual([
    [false, false],
    [false, false],
  ]);
});

test('nor do the first workers of a master that has just started', () => {
  const master = processId(812, -1);
  const of = {master: {id: master, processState: 'S', deadChildrenMinorFaults: 0}};

  const ledger = fold([
    attached({id: master}),
    sample(moment(0), [], of),
    sample(moment(0.25), [born(9101, 0.1)], of),
    sample(moment(0.5), [born(9101, 0.1), born(9102, 0.3)], of),
  ]);

  expect(ledger.living.map(({surplus}) => surplus)).toEqual([false, false]);
});

test('whoever a young master forks after a pause, and after that, is one more', () => {
  const master = processId(812, -1);
  const of = {master: {id: master, processState: 'S', deadChildrenMinorFaults: 0}};
  const first2 = [born(9101, -0.9), born(9102, -0.8)];

  const ledger = fold([
    attached({id: master}),
    sample(moment(0), first2, of),
    sample(moment(1), [...first2, born(9103, 0.9), born(9104, 0.95)], of),
  ]);

  expect(ledger.living.map(({surplus}) => surplus)).toEqual([false, false, true, true]);
});

test('a worker that is born after a death takes the place of the one that died first', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second), worker(third)]),
    sample(moment(0.25), [worker(second), worker(third)]),
    sample(moment(0.5), [worker(third)]),
    sample(moment(0.75), [worker(third), born(9105, 0.6), born(9104, 0.5)]),
  ]);

  expect(endedLife(ledger, 9101).replacedBy?.pid).toBe(9104);
  expect(endedLife(ledger, 9102).replacedBy?.pid).toBe(9105);
  expect(livingLife(ledger, 9104).surplus).toBe(false);
});

test('a death and a birth in one sample are one replacement', () => {
  const ledger = fold([attached(), sample(moment(0), [worker(first)]), sample(moment(0.25), [born(9104, 0.2)])]);

  expect(endedLife(ledger, 9101).replacedBy?.pid).toBe(9104);
});

test('a worker that is born with no place open, or long after one was, is one more', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    sample(moment(0.25), [worker(second)]),
    sample(moment(5.5), [worker(second), born(9104, 5.4)]),
  ]);

  expect(endedLife(ledger, 9101).replacedBy).toBeUndefined();
  expect(livingLife(ledger, 9104).surplus).toBe(true);
});

test('the workers of a dirty pool and those of the server replace none of each other', () => {
  const dirty = worker(processId(9201, -50), {kind: 'dirty'});

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), dirty]),
    sample(moment(0.25), [worker(first)]),
    sample(moment(0.5), [worker(first), born(9104, 0.4)]),
    sample(moment(0.75), [worker(first), born(9104, 0.4), worker(processId(9202, 0.6), {kind: 'dirty'})]),
  ]);

  expect(endedLife(ledger, 9201).replacedBy?.pid).toBe(9202);
  expect(livingLife(ledger, 9104).surplus).toBe(true);
});

test('a TTOU leaves no place behind, and takes the oldest worker only', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(second), worker(third), worker(first)]),
    ...logged(moment(0.25), '[2026-11-22 14:00:00 +0000] [812] [INFO] Handling signal: ttou'),
    sample(moment(0.25), [worker(second), worker(third), worker(first)]),
    sample(moment(0.5), [worker(second), worker(third)]),
    sample(moment(1.5), [worker(second), worker(third), born(9104, 1.4)]),
  ]);

  expect(endedLife(ledger, 9101)).toMatchObject({order: {reason: 'scale-down'}});
  expect(endedLife(ledger, 9101).replacedBy).toBeUndefined();
  expect(ledger.living.map(({order}) => order)).toEqual([undefined, undefined, undefined]);
  expect(livingLife(ledger, 9104).surplus).toBe(true);
});

test('the birth that a TTIN orders fills no place that a crash left open', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    ...logged(moment(0.25), '[2026-11-22 14:00:00 +0000] [812] [INFO] Handling signal: ttin'),
    sample(moment(0.25), [worker(second), born(9104, 0.21)]),
    sample(moment(0.5), [worker(second), born(9104, 0.21), born(9105, 0.3)]),
  ]);

  expect(endedLife(ledger, 9101).replacedBy?.pid).toBe(9105);
  expect(ledger.living.map(({id, surplus}) => [id.pid, surplus])).toEqual([
    [9102, false],
    [9104, true],
    [9105, false],
  ]);
});

const hup = [
  '[2026-11-22 14:00:00 +0000] [812] [INFO] Handling signal: hup',
  '[2026-11-22 14:00:00 +0000] [812] [INFO] Hang up: Master',
];
const booting = (pid: number) => `[2026-11-22 14:00:00 +0000] [${pid}] [INFO] Booting worker with pid: ${pid}`;

test('a HUP starts a generation, orders the one before to leave, and gives each of it a successor', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    ...logged(moment(0.25), ...hup, booting(9103), booting(9104)),
    sample(moment(0.25), [worker(first), worker(second), born(9103, 0.1), born(9104, 0.11)]),
    sample(moment(0.5), [worker(second), born(9103, 0.1), born(9104, 0.11)]),
    sample(moment(0.75), [born(9103, 0.1), born(9104, 0.11)]),
  ]);

  expect(ledger.living.map(({id, generation, surplus, order}) => [id.pid, generation, surplus, order])).toEqual([
    [9103, 2, true, undefined],
    [9104, 2, true, undefined],
  ]);
  expect(ledger.ended.map(({id, generation, order}) => [id.pid, generation, order?.reason])).toEqual([
    [9101, 1, 'reload'],
    [9102, 1, 'reload'],
  ]);
  expect(ledger.ended.map(({replacedBy, succeededBy}) => [replacedBy, succeededBy?.pid])).toEqual([
    [undefined, 9103],
    [undefined, 9104],
  ]);
});

test('the line with which a worker boots tells its generation better than the sample that shows it', () => {
  const late = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    sample(moment(0.25), [worker(first), born(9103, 0.24)]),
    ...logged(moment(0.5), ...hup, booting(9103)),
    sample(moment(0.5), [worker(first), born(9103, 0.24)]),
  ]);
  const early = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    ...logged(moment(0.25), booting(9103), ...hup),
    sample(moment(0.25), [worker(first), born(9103, 0.1)]),
  ]);

  expect(livingLife(late, 9103)).toMatchObject({generation: 2});
  expect(livingLife(late, 9103).order).toBeUndefined();
  expect(livingLife(early, 9103)).toMatchObject({generation: 1, order: {reason: 'reload'}});
});

test('a worker that had begun to leave before a signal was handled left for another reason', () => {
  const exiting = '[2026-11-22 14:00:00 +0000] [9101] [INFO] Worker exiting (pid: 9101)';

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    ...logged(moment(0.25), exiting, '[2026-11-22 14:00:00 +0000] [812] [INFO] Handling signal: term'),
    sample(moment(0.25), []),
  ]);

  expect(endedLife(ledger, 9101).order).toBeUndefined();
  expect(endedLife(ledger, 9102).order?.reason).toBe('shutdown');
});

test('without a log, workers that were forked before succeed those that nobody was forked after', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    sample(moment(0.25), [worker(first), worker(second), born(9103, 0.1), born(9104, 0.11)]),
    sample(moment(0.5), [born(9103, 0.1), born(9104, 0.11)]),
    sample(moment(1.75), [born(9103, 0.1), born(9104, 0.11)]),
  ]);

  expect(ledger.ended.map(({succeededBy}) => succeededBy?.pid)).toEqual([9103, 9104]);
});
