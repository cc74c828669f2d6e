import {expect, test} from 'vitest';
import {killed} from '../../../source/diagnosis/causes/killed.js';
import {afterDeath, death} from '../../helpers/death.js';

test('SIGKILL with a fresh heartbeat and no OOM kill is a likely kill from outside', () => {
  const known = {booted: true, exit: 'SIGKILL', timeoutSeconds: 30, silentSeconds: 2, oomKills: [4, 4]} as const;

  const judgement = killed.judge(death(known));

  expect(judgement.verdict).toBe('likely');
  expect(judgement.evidence.map(({fact}) => fact)).toEqual([
    'SIGKILL',
    'last heartbeat 2.0 s before the end, timeout 30 s',
    'oom_kill of the cgroup unchanged at 4',
  ]);
});

test('SIGKILL of which memory or heartbeat tells nothing is a possible one', () => {
  expect(killed.judge(death({exit: 'SIGKILL', timeoutSeconds: 30, silentSeconds: 2})).verdict).toBe('possible');
});

test('with timeout 0 nobody else sends SIGKILL for silence', () => {
  expect(killed.judge(death({exit: 'SIGKILL', timeoutSeconds: 0, oomKills: [4, 4]})).verdict).toBe('likely');
});

test('a signal of a resource limit is named with its limit', () => {
  const {verdict, evidence} = killed.judge(death({exit: 'SIGXCPU'}));

  expect(verdict).toBe('likely');
  expect(evidence[1]?.fact).toBe('SIGXCPU is sent for the CPU time limit (RLIMIT_CPU)');
});

test('another signal, an exit code, a farewell and a timeout rule it out', () => {
  const timeoutLine = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';

  expect(killed.judge(death({exit: 'SIGSEGV'})).verdict).toBe('ruled-out');
  expect(killed.judge(death({exit: 0})).verdict).toBe('ruled-out');
  expect(killed.judge(death({log: ['[9101] [INFO] Worker exiting (pid: 9101)']})).verdict).toBe('ruled-out');
  expect(killed.judge(death({exit: 'SIGKILL', log: [timeoutLine]})).verdict).toBe('ruled-out');
});

test('without the exit status it cannot be judged', () => {
  expect(killed.judge(death({booted: true, timeoutSeconds: 30, silentSeconds: 2})).verdict).toBe('insufficient');
});

test('where neither heartbeat nor log can be read the master itself may have sent the SIGKILL', () => {
  expect(killed.judge(death({exit: 'SIGKILL', oomKills: [4, 4]}))).toMatchObject({
    verdict: 'insufficient',
    missing: ['the heartbeat', 'the error log'],
  });
});

test('a victim of the memory killer was killed by nobody else, also while the service is stopped for it', () => {
  const victim = {
    kind: 'memory-victim',
    at: afterDeath(-0.2),
    pid: 9101,
    source: 'kernel-log',
    scope: 'cgroup',
  } as const;

  expect(killed.judge(death({booted: true, order: 'shutdown', exit: 'SIGKILL', kernel: {victim}})).verdict).toBe(
    'ruled-out',
  );
});
