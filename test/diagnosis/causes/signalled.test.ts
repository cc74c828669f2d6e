import {expect, test} from 'vitest';
import {signalled} from '../../../source/diagnosis/causes/signalled.js';
import {death, endAt, sibling} from '../../helpers/death.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';

for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGALRM'])
  test(`${signal}, for which a worker has no handler, is a likely one`, () => {
    expect(signalled.judge(death({booted: true, exit: signal})).verdict).toBe('likely');
  });

test('SIGTERM as the status of one worker that was replaced alone is a likely one', () => {
  expect(signalled.judge(death({booted: true, exit: 'SIGTERM', replacedBy: 9104})).verdict).toBe('likely');
});

test('SIGTERM with others beside it, or with nobody in its place, is a possible one', () => {
  const endedNear = [sibling(9102, {end: endAt(0)})];

  expect(signalled.judge(death({booted: true, exit: 'SIGTERM', replacedBy: 9104, siblings: {endedNear}})).verdict).toBe(
    'possible',
  );
  expect(signalled.judge(death({booted: true, exit: 'SIGTERM'})).verdict).toBe('possible');
});

const left = {booted: true, log: [exiting], replacedBy: 9104, logReadSeconds: 60, workerClass: 'sync'};

test('a worker that left in order and was replaced, with no reason in the log, is a likely one of a class that leaves for nothing else', () => {
  expect(signalled.judge(death({...left, version: '23.0.0'})).verdict).toBe('likely');
  expect(signalled.judge(death({...left, version: '20.1.0', workerClass: 'gevent'})).verdict).toBe('likely');
});

test('the same is a possible one where sys.exit in a request ends the worker', () => {
  expect(signalled.judge(death({...left, version: '20.1.0'})).verdict).toBe('possible');
  expect(signalled.judge(death({...left, version: '26.1.0', workerClass: 'gthread'})).verdict).toBe('possible');
});

test('code 1 with a farewell is the abort handler of a class that catches SystemExit', () => {
  const aborted = {booted: true, exit: 1, log: [exiting], workerClass: 'sync'};

  expect(signalled.judge(death({...aborted, version: '23.0.0'})).verdict).toBe('likely');
  expect(signalled.judge(death({...aborted, version: '21.2.0'})).verdict).toBe('possible');
  expect(signalled.judge(death({booted: true, exit: 1})).verdict).toBe('possible');
});

/** A sync worker with one listener that was seen idle after its last heartbeat: no request had begun. */
const unbegun = {
  ...{booted: true, replacedBy: 9104, version: '20.1.0', workerClass: 'sync', bind: ['127.0.0.1:8000']},
  ...{timeoutSeconds: 30, silentSeconds: 3, idleSeconds: 0.5},
} as const;

test('without a log, a worker in which no request had begun and that was replaced alone was likely told to leave', () => {
  const {verdict, evidence} = signalled.judge(death({...unbegun, exit: 0}));

  expect(verdict).toBe('likely');
  expect(evidence.map(({fact}) => fact)).toContain('no request had begun since it was seen idle');
});

test('the same cannot be judged with others beside it, of a class with threads, or where its heartbeat went on', () => {
  const endedNear = [sibling(9102, {end: endAt(0)})];

  expect(signalled.judge(death({...unbegun, exit: 0, siblings: {endedNear}})).verdict).toBe('insufficient');
  expect(signalled.judge(death({...unbegun, exit: 0, workerClass: 'gthread'})).verdict).toBe('insufficient');
  expect(signalled.judge(death({...unbegun, exit: 0, silentSeconds: 0.2})).verdict).toBe('insufficient');
});

test('code 1 of a worker in which no request had begun is its abort handler, whatever ends its class', () => {
  expect(signalled.judge(death({...unbegun, exit: 1})).verdict).toBe('likely');
  expect(signalled.judge(death({...unbegun, exit: 1, silentSeconds: 0.2})).verdict).toBe('possible');
});

test('another reason, another signal and another code rule it out', () => {
  expect(signalled.judge(death({booted: true, exit: 'SIGTERM', order: 'reload'})).verdict).toBe('ruled-out');
  expect(signalled.judge(death({booted: true, exit: 'SIGKILL'})).verdict).toBe('ruled-out');
  expect(signalled.judge(death({booted: true, exit: 'SIGSEGV'})).verdict).toBe('ruled-out');
  expect(signalled.judge(death({booted: true, exit: 7})).verdict).toBe('ruled-out');
});

test('exit 0 with a log that does not reach back far enough cannot be judged', () => {
  expect(signalled.judge(death({...left, version: '23.0.0', logReadSeconds: 20})).verdict).toBe('insufficient');
  expect(signalled.judge(death({booted: true, exit: 0})).verdict).toBe('insufficient');
});
