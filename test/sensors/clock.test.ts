import {expect, test} from 'vitest';
import {now} from '../../source/sensors/clock.js';

test('clocks between which the process stood still are read again', () => {
  const wall = [1000, 6001];
  const monotonic = [100, 5100, 5101];

  expect(now({wall: () => wall.shift()!, monotonic: () => monotonic.shift()!})).toEqual({
    wallMs: 6001,
    monotonicMs: 5101,
  });
});

test('a machine on which they never belong together is told as it was read last', () => {
  let passedMs = 0;

  expect(now({wall: () => passedMs, monotonic: () => (passedMs += 50)})).toEqual({wallMs: 500, monotonicMs: 550});
});
