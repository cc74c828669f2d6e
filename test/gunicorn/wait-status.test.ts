import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
  describeExit,
  exitStatusFromLog,
  exitStatusOf,
  signalName,
  signalNumber,
  waitStatusOf,
} from '../../source/gunicorn/wait-status.js';

test('the low byte of a wait status is the signal and the next one the exit code', () => {
  expect(exitStatusOf(0)).toEqual({code: 0});
  expect(exitStatusOf(0x1_00)).toEqual({code: 1});
  expect(exitStatusOf(0xff_00)).toEqual({code: 255});
  expect(exitStatusOf(9)).toEqual({signal: 'SIGKILL', core: false});
  expect(exitStatusOf(0x8b)).toEqual({signal: 'SIGSEGV', core: true});
  expect(exitStatusOf(35)).toEqual({signal: 'SIGRTMIN+1', core: false});
});

test('what no ended process has is undefined', () => {
  for (const status of [-1, 1.5, Number.NaN, 0x80, 0x7f, 32, 0x1_0000, 0x1_09]) {
    expect(exitStatusOf(status)).toBeUndefined();
  }
});

test('every wait status survives the way there and back', () => {
  fc.assert(
    fc.property(fc.integer({min: 0, max: 0xff_ff}), (status) => {
      const exit = exitStatusOf(status);
      if (exit !== undefined) expect(waitStatusOf(exit)).toBe(status);
    }),
  );
  expect(waitStatusOf({code: 256})).toBeUndefined();
  expect(waitStatusOf({signal: 'SIGNOTHING', core: false})).toBeUndefined();
});

test('signals have the names and numbers of Linux', () => {
  const numbers = {SIGHUP: 1, SIGABRT: 6, SIGIOT: 6, SIGBUS: 7, SIGKILL: 9, SIGUSR1: 10, SIGSEGV: 11, SIGTERM: 15};
  for (const [name, number] of Object.entries(numbers)) expect(signalNumber(name), name).toBe(number);

  expect([17, 19, 24, 25, 29].map((number) => signalName(number))).toEqual([
    'SIGCHLD',
    'SIGSTOP',
    'SIGXCPU',
    'SIGXFSZ',
    'SIGIO',
  ]);
  expect(signalName(31)).toBe('SIGSYS');
  expect(signalName(64)).toBe('SIGRTMIN+30');
  expect(signalName(0)).toBeUndefined();
  expect(signalName(65)).toBeUndefined();
  expect(signalNumber('kill')).toBe(9);
  expect(signalNumber('SIGRTMIN+31')).toBeUndefined();
});

test('what the log says of a death is read in each of its forms', () => {
  expect(exitStatusFromLog('SIGKILL')).toEqual({signal: 'SIGKILL', core: false});
  expect(exitStatusFromLog('code 139')).toEqual({signal: 'SIGSEGV', core: true});
  expect(exitStatusFromLog('code 134')).toEqual({signal: 'SIGABRT', core: true});
  expect(exitStatusFromLog('signal 15')).toEqual({signal: 'SIGTERM', core: false});
  expect(exitStatusFromLog('SIGIOT')).toEqual({signal: 'SIGABRT', core: false});
  expect(exitStatusFromLog('code 0')).toBeUndefined();
  expect(exitStatusFromLog('code 256')).toBeUndefined();
  expect(exitStatusFromLog('something')).toBeUndefined();
});

test('an exit is described in words', () => {
  expect(describeExit({code: 3})).toBe('exit code 3');
  expect(describeExit({signal: 'SIGKILL', core: false})).toBe('SIGKILL');
  expect(describeExit({signal: 'SIGSEGV', core: true})).toBe('SIGSEGV (core dumped)');
});
