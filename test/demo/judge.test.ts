import {expect, test} from 'vitest';
import {demoExpectations} from '../../source/commands/demo-expectations.js';
import {judgeStep, type DemoStep} from '../../source/commands/demo-judge.js';
import type {Restart} from '../../source/snapshot.js';
import {recycleRestart, timeoutRestart} from '../export/sample-values.js';

/** Worker 9101 of four timed out in a request, and that was said. */
const timedOut: DemoStep = {
  expected: demoExpectations.timeout,
  namedPid: 9101,
  livedBefore: [9101, 9102, 9103, 9104],
  restarts: [timeoutRestart],
  masterEvents: [],
  recycled: new Set(),
};

const saying = (change: Partial<Restart>): readonly Restart[] => [{...timeoutRestart, ...change}];

test('the right cause for the right worker is right', () => {
  expect(judgeStep(timedOut)).toEqual({missing: [], wrong: []});
});

test('a worker of which nothing was said yet is missing', () => {
  expect(judgeStep({...timedOut, restarts: []})).toEqual({
    missing: ['#9101 ended and nothing was said of it (expected: timeout)'],
    wrong: [],
  });
});

test('another cause is wrong, and so is another variant, branch or phase', () => {
  const wrongFor = (change: Partial<Restart>) => judgeStep({...timedOut, restarts: saying(change)}).wrong;

  expect(wrongFor({cause: 'out-of-memory', confidence: 'likely'})).toEqual([
    '#9101 is said to be out-of-memory and was timeout',
  ]);
  expect(wrongFor({variant: 'stopped'})).toEqual(['#9101 is said to be stopped, not long-request']);
  expect(wrongFor({branch: 'boot'})).toEqual(['#9101 is said to be boot and was runtime']);
  const questions = timeoutRestart.questions.map((answer) =>
    answer.id === 'phase' ? {...answer, verdict: 'waiting' as const} : answer,
  );
  expect(wrongFor({questions})).toEqual(['#9101 is said to have been waiting, not handling-traffic']);
});

test('a wrong "certain" stays wrong when a later revision takes it back', () => {
  const restarts = [...saying({cause: 'crash', confidence: 'certain'}), ...saying({revision: 2})];

  expect(judgeStep({...timedOut, restarts}).wrong).toEqual(['#9101 was called crash, and certain, in revision 1']);
});

test('a first guess that a later revision corrects is not held against it', () => {
  const restarts = [...saying({cause: 'unknown', confidence: 'possible'}), ...saying({revision: 2})];

  expect(judgeStep({...timedOut, restarts}).wrong).toEqual([]);
});

test('a worker that the fault did not end is accused', () => {
  const other = {...timeoutRestart, id: '9102@1', worker: {...timeoutRestart.worker, pid: 9102}};

  expect(judgeStep({...timedOut, restarts: [timeoutRestart, other]}).wrong).toEqual([
    '#9102 was not ended by this fault, and is said to have: timeout',
  ]);
});

test('a recycle in between is right when the log of gunicorn confirms it, and only then', () => {
  const restarts = [timeoutRestart, recycleRestart];

  expect(judgeStep({...timedOut, restarts, recycled: new Set([recycleRestart.worker.pid])}).wrong).toEqual([]);
  expect(judgeStep({...timedOut, restarts}).wrong).toContain(
    `#${recycleRestart.worker.pid} was not ended by this fault, and is said to have: max-requests`,
  );
});

test('of a fault that ends one worker nobody can name before, the first is it', () => {
  const silent = {...timedOut, expected: demoExpectations['silent-client']};
  const {namedPid: _, ...step} = silent;
  const first = {...timeoutRestart, variant: 'silent-client' as const, questions: []};
  const second = {...first, id: '9102@1', atMs: first.atMs + 1, worker: {...first.worker, pid: 9102}};

  expect(judgeStep({...step, restarts: []}).missing).toEqual(['no restart was named (expected: timeout)']);
  expect(judgeStep({...step, restarts: [second, first]}).wrong).toContain(
    '#9102 was not ended by this fault, and is said to have: timeout',
  );
});

test('after a reload every worker that lived has to be named, and the event has to be said', () => {
  const reload = {...timedOut, expected: demoExpectations.reload};

  expect(judgeStep({...reload, restarts: []}).missing).toEqual([
    ...[9101, 9102, 9103, 9104].map((pid) => `#${pid} ended and nothing was said of it (expected: reload)`),
    'the master event reload was not said',
  ]);
});

test('when nothing ends, any restart is an accusation', () => {
  const step = {...timedOut, expected: demoExpectations['scale-up'], masterEvents: ['scaled'] as const};

  expect(judgeStep(step).wrong).toContain('#9101 was not ended by this fault, and is said to have: timeout');
  expect(judgeStep({...step, restarts: []})).toEqual({missing: [], wrong: []});
});

test('a failed deploy may end others as it goes, but not in any way', () => {
  const boot = {...timedOut, expected: demoExpectations.boot, masterEvents: ['gave-up'] as const};
  const sibling = saying({id: '9102@1', cause: 'gave-up', branch: 'boot'});

  expect(judgeStep({...boot, restarts: sibling})).toEqual({missing: ['no restart was named boot-error'], wrong: []});
  expect(judgeStep({...boot, restarts: saying({cause: 'killed', confidence: 'likely'})}).wrong).toEqual([
    '#9101 is said to be killed and was boot-error',
  ]);
});
