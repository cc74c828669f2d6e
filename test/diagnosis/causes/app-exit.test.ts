import {expect, test} from 'vitest';
import {appExit} from '../../../source/diagnosis/causes/app-exit.js';
import {afterDeath, death, masterSaid, sibling} from '../../helpers/death.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';
const [since, at] = [afterDeath(-0.6), afterDeath(-0.1)];
const inRequest = {looks: [{at, since, requests: [{method: 'GET', path: '/leave'}]}]};

test('a code of its own of a worker that served confirms an exit of the application', () => {
  expect(appExit.judge(death({booted: true, exit: 7})).verdict).toBe('confirmed');
  expect(appExit.judge(death({booted: true, exit: 3})).verdict).toBe('confirmed');
});

test('an exception that left the loop of a worker that served confirms it without the code', () => {
  const log = ['[9101] [ERROR] Exception in worker process', 'Traceback (most recent call last):', 'OSError: closed'];

  expect(appExit.judge(death({booted: true, log: [...log, exiting]})).verdict).toBe('confirmed');
});

test('code 1 is only a possible one where no request was seen that may have called it, for an abort ends with it too', () => {
  const known = {booted: true, exit: 1, log: [exiting], workerClass: 'gthread', version: '26.1.0'};

  expect(appExit.judge(death(known)).verdict).toBe('possible');
  expect(appExit.judge(death({...known, memory: inRequest})).verdict).toBe('likely');
  expect(appExit.judge(death({...known, workerClass: 'sync', memory: inRequest})).verdict).toBe('possible');
});

test('code 1 is a likely one without the farewell of an abort, or where the trace knows of none', () => {
  const known = {booted: true, exit: 1, workerClass: 'gthread', version: '26.1.0'};

  expect(appExit.judge(death({...known, logReadSeconds: 60})).verdict).toBe('likely');
  expect(appExit.judge(death({...known, log: [exiting], kernel: {signalsForMs: Infinity}})).verdict).toBe('likely');
});

test('code 7 while it was asked to leave is a likely one', () => {
  expect(appExit.judge(death({booted: true, exit: 7, order: 'reload'})).verdict).toBe('likely');
});

test('code 7 of a worker that may have been booting is a possible one', () => {
  expect(appExit.judge(death({exit: 7, ageSeconds: 5})).verdict).toBe('possible');
  expect(appExit.judge(death({exit: 7, ageSeconds: 600})).verdict).toBe('likely');
});

test('code 0 without a farewell in a complete log is os._exit', () => {
  const known = {booted: true, replacedBy: 9102, logReadSeconds: 60};

  expect(appExit.judge(death({...known, exit: 0})).verdict).toBe('likely');
  expect(appExit.judge(death({...known, exit: 0, log: [exiting]})).verdict).toBe('insufficient');
  expect(appExit.judge(death({...known, exit: 0, logReadSeconds: 2})).verdict).toBe('insufficient');
});

test('from 21.0 on a death of which the complete log says nothing was an exit with 0', () => {
  const known = {booted: true, replacedBy: 9102, logReadSeconds: 60};

  expect(appExit.judge(death({...known, version: '23.0.0'})).verdict).toBe('likely');
  expect(appExit.judge(death({...known, version: '20.1.0'})).verdict).toBe('insufficient');
  expect(appExit.judge(death({...known, version: '24.0.0'})).verdict).toBe('insufficient');
  expect(appExit.judge(death({...known, version: '23.0.0', showsInfo: false})).verdict).toBe('insufficient');
});

test('the one that left first before gunicorn gave up is a likely one where codes are not printed', () => {
  const halted = masterSaid('[812] [INFO] Reason: Worker failed to boot.', 1);
  const known = {
    version: '20.1.0',
    booted: true,
    log: [exiting],
    logReadSeconds: 60,
    master: {halted},
    siblings: {thisLeftFirst: true},
  };

  expect(appExit.judge(death(known)).verdict).toBe('likely');
  expect(appExit.judge(death({...known, siblings: {thisLeftFirst: false}})).verdict).toBe('ruled-out');
  // A worker that failed to boot may have been printed before the log was read, but not where all had booted.
  const [booting, booted] = [sibling(9102, {booted: false}), sibling(9102, {booted: true})];
  const among = (other: ReturnType<typeof sibling>) => ({thisLeftFirst: true, endedNear: [other]});
  expect(appExit.judge(death({...known, logReadSeconds: 3, siblings: among(booting)})).verdict).toBe('possible');
  expect(appExit.judge(death({...known, logReadSeconds: 3, siblings: among(booted)})).verdict).toBe('likely');
});

test('a signal, a boot that was not over, a timeout and an order to leave rule it out', () => {
  const timeoutLine = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';

  expect(appExit.judge(death({booted: true, exit: 'SIGSEGV'})).verdict).toBe('ruled-out');
  expect(appExit.judge(death({booted: false, exit: 7})).verdict).toBe('ruled-out');
  expect(appExit.judge(death({booted: true, exit: 1, log: [timeoutLine]})).verdict).toBe('ruled-out');
  expect(appExit.judge(death({booted: true, exit: 0, order: 'shutdown'})).verdict).toBe('ruled-out');
});

test('without the exit status, or with 0 and nothing else, it cannot be judged', () => {
  expect(appExit.judge(death({booted: true})).verdict).toBe('insufficient');
  expect(appExit.judge(death({booted: true, exit: 0})).verdict).toBe('insufficient');
});
