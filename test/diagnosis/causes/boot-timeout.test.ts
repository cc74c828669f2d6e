import {expect, test} from 'vitest';
import {bootTimeout} from '../../../source/diagnosis/causes/boot-timeout.js';
import {death} from '../../helpers/death.js';

const line = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';
const old = {version: '21.2.0', timeoutSeconds: 30};

test("gunicorn's line for a worker that never booted confirms it", () => {
  expect(bootTimeout.judge(death({...old, booted: false, log: [line]})).verdict).toBe('confirmed');
});

test('where nobody knows whether it had booted the line makes it possible', () => {
  expect(bootTimeout.judge(death({...old, log: [line]})).verdict).toBe('possible');
});

test('a boot as long as the timeout is a likely one without the line', () => {
  expect(bootTimeout.judge(death({...old, booted: false, silentSeconds: 30.2})).verdict).toBe('likely');
});

test('a boot just below the timeout cannot be judged', () => {
  expect(bootTimeout.judge(death({...old, booted: false, silentSeconds: 29.3})).verdict).toBe('insufficient');
});

test('gunicorn 22.0 and newer never does it', () => {
  const judgement = bootTimeout.judge(death({version: '22.0.0', timeoutSeconds: 30, booted: false, silentSeconds: 90}));

  expect(judgement).toMatchObject({
    verdict: 'ruled-out',
    evidence: [{source: 'settings', fact: 'gunicorn 22.0.0 never kills a worker that is booting'}],
  });
});

test('a worker that had booted, a short boot, a timeout of 0 and a log without the line rule it out', () => {
  expect(bootTimeout.judge(death({...old, booted: true, log: [line]})).verdict).toBe('ruled-out');
  expect(bootTimeout.judge(death({...old, booted: false, silentSeconds: 3})).verdict).toBe('ruled-out');
  expect(bootTimeout.judge(death({version: '21.2.0', timeoutSeconds: 0, booted: false})).verdict).toBe('ruled-out');
  expect(bootTimeout.judge(death({...old, booted: false, logReadSeconds: 60})).verdict).toBe('ruled-out');
});

test('without heartbeat and log it cannot be judged', () => {
  expect(bootTimeout.judge(death(old)).verdict).toBe('insufficient');
});
