import {expect, test} from 'vitest';
import {parseTarget} from '../../source/sensors/targets.js';

test.each([
  [undefined, 'any'],
  ['', 'any'],
  ['812', 'pid'],
  [' 812 ', 'pid'],
  [':8000', 'port'],
  ['127.0.0.1:8000', 'address'],
  ['localhost:8000', 'address'],
  ['[::1]:8000', 'address'],
  ['unix:/run/a.sock', 'unix-socket'],
  ['unix://run/a.sock', 'unix-socket'],
  ['/run/gunicorn.pid', 'pidfile'],
  ['./gunicorn.pid', 'pidfile'],
  ['shop.service', 'unit'],
  ['web@2.service', 'unit'],
  ['shop', 'name'],
  ['shop.wsgi:app', 'name'],
])('%s is a target by %s', (text, form) => {
  expect(parseTarget(text).form).toBe(form);
});

test('only a pid does not survive the restart of its master', () => {
  expect(parseTarget('812').survivesRestart).toBe(false);
  for (const text of ['', ':8000', '/run/a.pid', 'unix:/a', 'shop', 'shop.service', 'a:1']) {
    expect(parseTarget(text).survivesRestart).toBe(true);
  }
});
