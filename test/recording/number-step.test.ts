import fc from 'fast-check';
import {expect, test} from 'vitest';
import {numberStep, stepped} from '../../source/recording/number-step.js';

test.each<[before: number, after: number, step: number]>([
  [120, 130, 10],
  [130, 120, -10],
  [1763815399123, 1763815399373, 250],
  [5123456.123456, 5123706.223457, 250.100001],
  [1795352590175.2273, 1795352590432.6096, 257.3823],
])('from %d to %d it is a step of %d', (before, after, step) => {
  expect(numberStep(before, after)).toBe(step);
});

test.each<[why: string, before: number, after: number]>([
  ['it has more digits than clocks have', 0.1, 64.56870112345],
  ['only the rounding of the sum would lead there', 0.12345678, 0.123457],
])('there is no step when %s', (_why, before, after) => {
  expect(numberStep(before, after)).toBeUndefined();
});

test('a step leads exactly to the number it was made for', () => {
  const microseconds = fc.integer({min: 0, max: 2 ** 50}).map((value) => value / 1e6);
  const number = fc.oneof(microseconds, fc.integer(), fc.double({noNaN: true, noDefaultInfinity: true}));
  fc.assert(
    fc.property(number, number, (before, after) => {
      fc.pre(before !== after);

      const step = numberStep(before, after);

      expect(step === undefined || (step !== 0 && stepped(before, step) === after)).toBe(true);
    }),
    {numRuns: 5000},
  );
});
