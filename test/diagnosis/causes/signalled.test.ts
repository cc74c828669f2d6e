import {expect, test} from 'vitest';
import {signalled} from '../../../source/diagnosis/causes/signalled.js';
import {afterDeath, death, sibling} from '../../helpers/death.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';

for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGALRM'])
  test(`${signal}, for which a worker has no handler, is a likely one`, () => {
    expect(signalled.judge(death({booted: true, exit: signal})).verdict).toBe('likely');
  });

test('SIGTERM as the status of one worker that was replaced alone is a likely one', () => {
  expect(signalled.judge(death({booted: true, exit: 'SIGTERM', replacedBy: 9104})).verdict).toBe('likely');
});

test('SIGTERM with others beside it, or with nobody in its place, is a possible one', () => {
  const endedNear = [sibling(9102, {end: {at: afterDeath(0)}})];

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
