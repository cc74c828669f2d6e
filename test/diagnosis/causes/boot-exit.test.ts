import {expect, test} from 'vitest';
import {bootExit} from '../../../source/diagnosis/causes/boot-exit.js';
import {afterDeath, death} from '../../helpers/death.js';

test('a code of its own while booting confirms it where the log would show a traceback', () => {
  // Its heartbeat file was read once more after its death.
  const judgement = bootExit.judge(death({booted: false, exit: 9, logReadSeconds: 60, silentSeconds: 1}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence.map(({fact}) => fact)).toEqual([
    'exit code 9',
    'it never notified its heartbeat',
    'the log, read without a gap, has no traceback of it',
  ]);
});

test('the same is a likely one where it may have booted since the last sample, the log does not reach back, or the code is one that signals end with', () => {
  expect(bootExit.judge(death({booted: false, exit: 9, logReadSeconds: 60})).verdict).toBe('likely');
  expect(bootExit.judge(death({booted: false, exit: 9, logReadSeconds: 2, silentSeconds: 1})).verdict).toBe('likely');
  expect(bootExit.judge(death({booted: false, exit: 9})).verdict).toBe('likely');
  expect(bootExit.judge(death({booted: false, exit: 1, logReadSeconds: 60})).verdict).toBe('likely');
  expect(bootExit.judge(death({booted: false, exit: 0, logReadSeconds: 60})).verdict).toBe('likely');
});

test('the code of a failed boot is hardly one', () => {
  expect(bootExit.judge(death({booted: false, exit: 3, logReadSeconds: 60})).verdict).toBe('possible');
});

test('without a status it is a possible one while the master goes on, for a failed boot would take it down', () => {
  const gone = {aliveAfter: false, goneAt: afterDeath(0.3)};

  expect(bootExit.judge(death({booted: false, replacedBy: 9102})).verdict).toBe('possible');
  expect(bootExit.judge(death({booted: false, master: gone})).verdict).toBe('insufficient');
});

test('a worker that had booted, a traceback, a signal and an order to leave rule it out', () => {
  const log = ['[9101] [ERROR] Exception in worker process', 'Traceback (most recent call last):', 'KeyError: 1'];

  expect(bootExit.judge(death({booted: true, exit: 9})).verdict).toBe('ruled-out');
  expect(bootExit.judge(death({booted: false, exit: 3, log})).verdict).toBe('ruled-out');
  expect(bootExit.judge(death({booted: false, exit: 'SIGSEGV'})).verdict).toBe('ruled-out');
  expect(bootExit.judge(death({booted: false, exit: 0, order: 'shutdown'})).verdict).toBe('ruled-out');
});

test('where nobody knows whether it had booted it is a possible one for a young worker, else it cannot be judged', () => {
  expect(bootExit.judge(death({exit: 9, ageSeconds: 5})).verdict).toBe('possible');
  expect(bootExit.judge(death({exit: 9, ageSeconds: 600})).verdict).toBe('insufficient');
});
