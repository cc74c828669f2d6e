import {expect, test} from 'vitest';
import {attached, beat, moment, processId, sample, worker} from '../helpers/observations.js';
import {endedLife, fold, livingLife} from './fold.js';

const first = processId(9101, -60);
const second = processId(9102, -59);

test('a worker that is missing from a sample ended between that and the one before', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    sample(moment(0.25), [worker(second)]),
  ]);

  expect(ledger.ended.map(({id, lastSeen, end}) => [id.pid, lastSeen, end?.at])).toEqual([
    [9101, moment(0), moment(0.25)],
  ]);
  expect(ledger.living.map(({id}) => id.pid)).toEqual([9102]);
});

test('a process with the pid of a dead worker is another one', () => {
  const again = processId(9101, 0.1);

  const ledger = fold([attached(), sample(moment(0), [worker(first)]), sample(moment(0.25), [worker(again)])]);

  expect(endedLife(ledger, 9101).id).toEqual(first);
  expect(livingLife(ledger, 9101).id).toEqual(again);
  expect(endedLife(ledger, 9101).replacedBy).toEqual(again);
});

test('a zombie is dead, and is not dead a second time when it is reaped', () => {
  const zombie = worker(first, {processState: 'Z', exit: {code: 7}});

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    sample(moment(0.25), [zombie]),
    sample(moment(0.5), [zombie]),
    sample(moment(0.75), []),
  ]);

  expect(ledger.ended.map(({id, end}) => [id.pid, end?.at, end?.exit?.status])).toEqual([
    [9101, moment(0.25), {code: 7}],
  ]);
});

test('zombies from before the attach never lived', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second, {processState: 'Z'})]),
    sample(moment(0.25), [worker(first), worker(second, {processState: 'Z'})]),
  ]);

  expect(ledger.ended).toEqual([]);
});

test('a zombie of the moment before the attach never lived either, however often it is shown', () => {
  const left = processId(9103, -0.4);

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(left, {processState: 'Z'})]),
    sample(moment(0.25), [worker(first), worker(left, {processState: 'X', exit: {code: 1}})]),
  ]);

  expect(ledger.ended).toEqual([]);
});

test('a worker that came right after the attach and was dead when it was first seen did live', () => {
  const brief = processId(9103, 0.1);

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    sample(moment(0.25), [worker(first), worker(brief, {kind: 'undecided', processState: 'X', exit: {code: 9}})]),
  ]);

  expect(endedLife(ledger, 9103).end?.exit?.status).toEqual({code: 9});
});

test('a worker that is a zombie when it is first seen lived and died between two samples', () => {
  const brief = processId(9103, 4.3);

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    sample(moment(4.5), [worker(first), worker(brief, {processState: 'Z', exit: {code: 1}})]),
  ]);

  expect(endedLife(ledger, 9103)).toMatchObject({firstSeen: moment(4.5), end: {exit: {status: {code: 1}}}});
  expect(ledger.living.map(({id}) => id.pid)).toEqual([9101]);
});

test('what is read of a dead worker later, its status and its last heartbeat, is added to its end', () => {
  const heartbeat = beat(moment(0.1));

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first, {heartbeat: beat(moment(-1))})]),
    sample(moment(0.25), [worker(first, {processState: 'Z'})]),
    sample(moment(0.5), [worker(first, {processState: 'X', heartbeat, exit: {code: 0}})]),
    sample(moment(0.75), [worker(first, {processState: 'X', heartbeat, exit: {code: 0}})]),
  ]);

  expect(endedLife(ledger, 9101).end).toEqual({
    at: moment(0.25),
    by: moment(0.25),
    heartbeat,
    exit: {status: {code: 0}, source: 'exits'},
  });
  expect(ledger.ended).toHaveLength(1);
});

test('a worker that one sample left out was never dead', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    sample(moment(0.25), [worker(second)]),
    sample(moment(0.5), [worker(first), worker(second)]),
  ]);

  expect(ledger.ended).toEqual([]);
  expect(livingLife(ledger, 9101)).toMatchObject({firstSeen: moment(0), lastSeen: moment(0.5)});
  expect(livingLife(ledger, 9101).end).toBeUndefined();
});

test('a child that turns out to be none of the workers never was one', () => {
  const child = processId(9103, 1);

  for (const kind of ['other', 'successor'] as const) {
    const ledger = fold([
      attached(),
      sample(moment(0), [worker(first)]),
      sample(moment(1.25), [worker(first), worker(child, {kind: 'undecided'})]),
      sample(moment(1.5), [worker(first), worker(child, {kind})]),
      sample(moment(1.75), [worker(first)]),
    ]);

    expect([...ledger.living, ...ledger.ended].map(({id}) => id.pid)).toEqual([9101]);
  }
});

test('the place that such a child seemed to take is free again', () => {
  const child = processId(9103, 0.3);
  const heir = processId(9104, 0.9);

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first), worker(second)]),
    sample(moment(0.25), [worker(second)]),
    sample(moment(0.5), [worker(second), worker(child, {kind: 'undecided'})]),
    sample(moment(0.75), [worker(second), worker(child, {kind: 'other'})]),
    sample(moment(1), [worker(second), worker(child, {kind: 'other'}), worker(heir)]),
  ]);

  expect(endedLife(ledger, 9101).replacedBy).toEqual(heir);
});

test('a stopped worker keeps the glimpse of what it did before, however long it is stopped', () => {
  const samples = Array.from({length: 200}, (_, index) =>
    sample(moment(index / 4), [worker(first, {processState: index < 3 ? 'S' : 'T'})]),
  );

  const life = livingLife(fold([attached(), ...samples]), 9101);

  expect(life.lastRunning?.at).toEqual(moment(0.5));
  expect(life.glimpses).toHaveLength(40);
});
