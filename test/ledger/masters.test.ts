import {expect, test} from 'vitest';
import {printedBy} from '../../source/ledger/master-log.js';
import {attached, logged, masterId, moment, processId, sample, worker} from '../helpers/observations.js';
import {fold, livingLife} from './fold.js';

const first = processId(9101, -60);
const nextId = processId(950, 9);
const line = (text: string) => `[2026-11-22 14:00:00 +0000] ${text}`;
const orphan = worker(first, {parentPid: 1});
const withoutMaster = (seconds: number, workers: Parameters<typeof sample>[1]) => {
  const {master: _master, ...rest} = sample(moment(seconds), workers);
  return rest;
};

test('a master is gone with the first sample that does not show it, while its orphans live on', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    withoutMaster(0.25, [orphan]),
    withoutMaster(0.5, [orphan]),
    {kind: 'master-gone', at: moment(0.75), id: masterId},
  ]);

  expect(ledger.masters.map(({goneAt}) => goneAt)).toEqual([moment(0.25)]);
  expect(ledger.living).toHaveLength(1);
});

test('a master that is a zombie is gone', () => {
  const zombie = {master: {id: masterId, processState: 'Z', deadChildrenMinorFaults: 0}};

  expect(fold([attached(), sample(moment(0), [], zombie)]).masters[0]?.goneAt).toEqual(moment(0));
});

test('orphans of the master before are not watched any more when another is attached, which is no death', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    withoutMaster(0.25, [orphan]),
    attached({id: nextId}, moment(10)),
    sample(moment(10), [worker(processId(9201, 9.5), {parentPid: 950})], {
      master: {id: nextId, processState: 'S', deadChildrenMinorFaults: 0},
    }),
  ]);

  expect(ledger.ended).toEqual([]);
  expect(ledger.living.map(({id, master}) => [id.pid, master.pid])).toEqual([[9201, 950]]);
});

test('two masters in a row have their own settings, generations and orders', () => {
  const hup = [line('[812] [INFO] Handling signal: hup'), line('[812] [INFO] Hang up: Master')];

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    ...logged(moment(1), ...hup),
    attached({id: nextId, settings: {}}, moment(10)),
    sample(moment(10), [worker(processId(9201, 9.5), {parentPid: 950})], {
      master: {id: nextId, processState: 'S', deadChildrenMinorFaults: 0},
    }),
    ...logged(moment(11), line('[812] [INFO] Handling signal: term')),
  ]);

  expect(ledger.masters.map(({id, generation}) => [id.pid, generation])).toEqual([
    [812, 2],
    [950, 1],
  ]);
  expect(livingLife(ledger, 9201)).toMatchObject({generation: 1});
  expect(livingLife(ledger, 9201).order).toBeUndefined();
});

test('a USR2 successor is kept with its master, unless it ends before that', () => {
  const successor = worker(processId(940, 5), {kind: 'successor'});
  const both = [attached(), sample(moment(0), [worker(first)]), sample(moment(6), [worker(first), successor])];

  const failed = fold([...both, sample(moment(6.25), [worker(first)])]);
  const tookOver = fold([...both, withoutMaster(6.25, [])]);

  expect(failed.masters[0]?.successor).toBeUndefined();
  expect(tookOver.masters[0]?.successor?.pid).toBe(940);
});

test('at most ten masters are kept', () => {
  const ledger = fold(
    Array.from({length: 30}, (_, index) => attached({id: processId(1000 + index, index)}, moment(index))),
  );

  expect(ledger.masters.map(({id}) => id.pid)).toEqual(Array.from({length: 10}, (_, index) => 1020 + index));
});

test('the last words of a master that are read late count by when they were printed', () => {
  const heard = (printed: string) => {
    const ledger = fold([
      attached(),
      sample(moment(0), [worker(first)]),
      withoutMaster(0.25, []),
      {kind: 'master-gone', at: moment(0.25), id: masterId},
      ...logged(moment(5), `[${printed} +0000] [812] [INFO] Shutting down: Master`),
    ]);
    return printedBy(ledger, ledger.masters[0]!).map(({event}) => event.event);
  };
  const stamp = (seconds: number) => new Date(moment(seconds).wallMs).toISOString().slice(0, 19).replace('T', ' ');

  expect(heard(stamp(0))).toEqual(['shutting-down']);
  expect(heard(stamp(4))).toEqual([]);
});
