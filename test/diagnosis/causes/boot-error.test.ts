import {expect, test} from 'vitest';
import {bootError} from '../../../source/diagnosis/causes/boot-error.js';
import {afterDeath, death, masterSaid} from '../../helpers/death.js';

const failure = [
  '[9101] [ERROR] Exception in worker process',
  'Traceback (most recent call last):',
  '  File "/srv/shop/shop.py", line 3, in <module>',
  "ModuleNotFoundError: No module named 'payments'",
];

test('its own traceback while booting confirms a failed boot, with or without the code', () => {
  expect(bootError.judge(death({booted: false, log: failure, exit: 3})).verdict).toBe('confirmed');
  expect(bootError.judge(death({booted: false, log: failure})).verdict).toBe('confirmed');
});

test('where the heartbeat is not readable the code or the halt of gunicorn must show that it was booting', () => {
  const halted = masterSaid('[812] [ERROR] Reason: Worker failed to boot.', 0.5);

  expect(bootError.judge(death({log: failure, exit: 3})).verdict).toBe('confirmed');
  expect(bootError.judge(death({log: failure, master: {halted}})).verdict).toBe('confirmed');
  expect(bootError.judge(death({log: failure})).verdict).toBe('likely');
});

test('a lifespan that failed is one although the exit code is 0', () => {
  const log = ['[9101] [ERROR] ASGI lifespan startup failed: no database'];

  expect(bootError.judge(death({booted: true, log, exit: 0})).verdict).toBe('confirmed');
});

test('the code of a failed boot alone is a likely one, and a possible one where it may have served', () => {
  expect(bootError.judge(death({booted: false, exit: 4})).verdict).toBe('likely');
  expect(bootError.judge(death({exit: 4})).verdict).toBe('possible');
});

test('a worker that never booted and took its master with it is a possible one', () => {
  const master = {aliveAfter: false, goneAt: afterDeath(0.3)};

  expect(bootError.judge(death({booted: false, master})).verdict).toBe('possible');
  expect(bootError.judge(death({booted: false})).verdict).toBe('insufficient');
});

test('a worker that had booted, another exit and an order to leave rule it out', () => {
  expect(bootError.judge(death({booted: true, exit: 3})).verdict).toBe('ruled-out');
  expect(bootError.judge(death({booted: false, exit: 7})).verdict).toBe('ruled-out');
  expect(bootError.judge(death({booted: false, exit: 'SIGKILL'})).verdict).toBe('ruled-out');
  expect(bootError.judge(death({booted: false, order: 'reload'})).verdict).toBe('ruled-out');
});

test('with nothing known it cannot be judged', () => {
  expect(bootError.judge(death()).verdict).toBe('insufficient');
});

test('a worker that had not booted, left before all others and made gunicorn give up likely failed, whatever the log lacks', () => {
  const halted = masterSaid('[812] [INFO] Reason: App failed to load.', 0.5);
  const known = {booted: false, log: ['[9101] [INFO] Worker exiting (pid: 9101)'], master: {halted}};

  expect(bootError.judge(death({...known, siblings: {thisLeftFirst: true}})).verdict).toBe('likely');
  expect(bootError.judge(death({...known, siblings: {thisLeftFirst: false}})).verdict).toBe('ruled-out');
});
