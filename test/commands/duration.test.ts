import {expect, test} from 'vitest';
import {parseDuration} from '../../source/commands/duration.js';

test.each([
  ['250ms', 250],
  ['60s', 60_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['0.5s', 500],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '60', 's', '0s', '0ms', '-1s', '+1s', '1 s', '1S', '1d', '1e3s', '1.2.3s', '99999999h', 'NaNs', '1s2m'])(
  '"%s" is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
