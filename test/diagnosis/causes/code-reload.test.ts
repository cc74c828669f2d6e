import {expect, test} from 'vitest';
import {codeReload} from '../../../source/diagnosis/causes/code-reload.js';
import {death} from '../../helpers/death.js';

const line = '[9101] [INFO] Worker reloading: /srv/shop/views.py modified';

test("the worker's own line confirms it", () => {
  expect(codeReload.judge(death({booted: true, log: [line], exit: 0})).verdict).toBe('confirmed');
});

test('a signal, an error code and a boot that was not over rule it out', () => {
  expect(codeReload.judge(death({booted: true, log: [line], exit: 'SIGKILL'})).verdict).toBe('ruled-out');
  expect(codeReload.judge(death({booted: true, log: [line], exit: 1})).verdict).toBe('ruled-out');
  expect(codeReload.judge(death({booted: false, exit: 0})).verdict).toBe('ruled-out');
});

test('another reason of its own, --reload turned off and a log without the line rule it out', () => {
  expect(codeReload.judge(death({booted: true, exit: 0, order: 'reload'})).verdict).toBe('ruled-out');
  expect(codeReload.judge(death({booted: true, exit: 0, reload: false})).verdict).toBe('ruled-out');
  expect(codeReload.judge(death({booted: true, exit: 0, logReadSeconds: 60})).verdict).toBe('ruled-out');
});

test('a log that hides INFO records excludes nothing', () => {
  expect(codeReload.judge(death({booted: true, exit: 0, logReadSeconds: 60, showsInfo: false})).verdict).toBe(
    'insufficient',
  );
});
