import {expect, test} from 'vitest';
import {timeout} from '../../../source/diagnosis/causes/timeout.js';
import {afterDeath, death} from '../../helpers/death.js';

const line = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';

test("gunicorn's line a second before the death confirms a timeout", () => {
  const judgement = timeout.judge(death({booted: true, log: [line], timeoutSeconds: 30, silentSeconds: 31}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence.map(({fact}) => fact)).toEqual([
    'WORKER TIMEOUT (pid:9101)',
    'no heartbeat for 31.0 s, timeout 30 s',
  ]);
});

test("gunicorn's guess at memory is shown as the guess that it is", () => {
  const killed = '[812] [ERROR] Worker (pid:9101) was sent SIGKILL! Perhaps out of memory?';

  const {evidence} = timeout.judge(death({booted: true, log: [line, killed]}));

  expect(evidence).toContainEqual(
    expect.objectContaining({
      source: 'log',
      fact: 'gunicorn prints "Perhaps out of memory?" for every SIGKILL, its own included',
      contradicts: 'out-of-memory',
    }),
  );
});

test('a silence that reached the timeout is a likely one without the line', () => {
  expect(timeout.judge(death({booted: true, timeoutSeconds: 30, silentSeconds: 30.4})).verdict).toBe('likely');
});

test('a silence that may have reached the timeout between two samples is a possible one', () => {
  expect(timeout.judge(death({booted: true, timeoutSeconds: 30, silentSeconds: 29.6})).verdict).toBe('possible');
});

test('a silence just below the timeout neither speaks for it nor excludes it', () => {
  expect(timeout.judge(death({booted: true, timeoutSeconds: 30, silentSeconds: 29.3})).verdict).toBe('insufficient');
});

test('a silence of the whole timeout without the line in a log that would have it is only possible', () => {
  const known = {booted: true, timeoutSeconds: 30, silentSeconds: 31};

  expect(timeout.judge(death({...known, logReadSeconds: 60})).verdict).toBe('possible');
  expect(timeout.judge(death({...known, logReadSeconds: 10})).verdict).toBe('likely');
});

test('a line long before the death counts only when no heartbeat came after it, or the process could not die', () => {
  const old = (known: Parameters<typeof death>[0]) => {
    const circumstances = death({booted: true, log: [line], timeoutSeconds: 30, ...known});
    const log = circumstances.life.log.map((fact) => ({...fact, at: afterDeath(-40)}));
    return timeout.judge({...circumstances, life: {...circumstances.life, log}}).verdict;
  };

  expect(old({silentSeconds: 70})).toBe('confirmed');
  expect(old({processState: 'D'})).toBe('confirmed');
  expect(old({silentSeconds: 3})).toBe('ruled-out');
});

test('a heartbeat well within the timeout rules it out', () => {
  expect(timeout.judge(death({booted: true, timeoutSeconds: 30, silentSeconds: 4})).verdict).toBe('ruled-out');
});

test('a worker that never booted, a timeout of 0 and a stop of the master rule it out', () => {
  expect(timeout.judge(death({booted: false, timeoutSeconds: 30, silentSeconds: 31})).verdict).toBe('ruled-out');
  expect(timeout.judge(death({booted: true, timeoutSeconds: 0, silentSeconds: 31})).verdict).toBe('ruled-out');
  expect(timeout.judge(death({booted: true, timeoutSeconds: 30, silentSeconds: 31, order: 'shutdown'})).verdict).toBe(
    'ruled-out',
  );
});

test('without heartbeat and log it cannot be judged', () => {
  expect(timeout.judge(death({booted: true, timeoutSeconds: 30}))).toMatchObject({
    verdict: 'insufficient',
    missing: ['the heartbeat', 'the error log'],
  });
});
