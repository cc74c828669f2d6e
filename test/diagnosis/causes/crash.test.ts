import {expect, test} from 'vitest';
import {crash} from '../../../source/diagnosis/causes/crash.js';
import {signalled} from '../../../source/diagnosis/causes/signalled.js';
import {afterDeath, death} from '../../helpers/death.js';

for (const signal of ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP'])
  test(`${signal} is a likely crash, never a certain one: it can be sent by hand`, () => {
    expect(crash.judge(death({booted: true, exit: signal})).verdict).toBe('likely');
  });

test('a crash after "Worker exiting" is one, too', () => {
  const log = ['[9101] [INFO] Worker exiting (pid: 9101)'];

  expect(crash.judge(death({booted: true, exit: 'SIGSEGV', log})).verdict).toBe('likely');
});

test('SIGABRT after a timeout, or a silence that long, is of the master', () => {
  const log = ['[812] [CRITICAL] WORKER TIMEOUT (pid:9101)'];

  expect(crash.judge(death({exit: 'SIGABRT', log})).verdict).toBe('ruled-out');
  expect(crash.judge(death({exit: 'SIGABRT', timeoutSeconds: 30, silentSeconds: 30.6})).verdict).toBe('ruled-out');
  expect(crash.judge(death({exit: 'SIGABRT', timeoutSeconds: 30, silentSeconds: 29})).verdict).toBe('likely');
});

test('another signal, an exit code and a farewell rule it out', () => {
  expect(crash.judge(death({exit: 'SIGKILL'})).verdict).toBe('ruled-out');
  expect(crash.judge(death({exit: 7})).verdict).toBe('ruled-out');
  expect(crash.judge(death({log: ['[9101] [INFO] Worker exiting (pid: 9101)']})).verdict).toBe('ruled-out');
});

test('without the exit status it cannot be judged', () => {
  expect(crash.judge(death({booted: true})).verdict).toBe('insufficient');
});

test('SIGABRT of a class without a handler for it is only a possible crash, unless a request was seen that may have aborted', () => {
  const known = {
    booted: true,
    exit: 'SIGABRT',
    workerClass: 'uvicorn_worker.UvicornWorker',
    silentSeconds: 1,
    timeoutSeconds: 30,
  };
  const at = afterDeath(-0.1);
  const memory = {looks: [{at, since: at, requests: [{method: 'GET', path: '/abort'}]}]};

  expect(crash.judge(death(known)).verdict).toBe('possible');
  expect(signalled.judge(death(known)).verdict).toBe('possible');
  expect(crash.judge(death({...known, memory})).verdict).toBe('likely');
  expect(signalled.judge(death({...known, silentSeconds: 31})).verdict).toBe('ruled-out');
});

test('SIGABRT after a silence that may have been long enough is only a possible crash', () => {
  const c = death({booted: true, exit: 'SIGABRT', timeoutSeconds: 3, silentSeconds: 3.1});
  const silence = {...c.silence!, atLeastMs: 1200};

  expect(crash.judge({...c, silence}).verdict).toBe('possible');
});
