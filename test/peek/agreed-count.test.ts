import {expect, test} from 'vitest';
import {agreedCount} from '../../source/peek/agreed-count.js';

/** Tells these, one at each read, and the last of them from then on. */
const telling = (...counts: readonly (number | undefined)[]) => {
  let reads = 0;
  return () => counts[Math.min(reads++, counts.length - 1)];
};
/** A clock for which no time passes. */
const atOnce = (): number => 0;

test('the first count that two reads in a row tell is the agreed one', () => {
  expect(agreedCount(telling(1434), atOnce)).toBe(1434);
  expect(agreedCount(telling(1434, 1435), atOnce)).toBe(1435);
});

test('a number that stood for an instant where the count was is not agreed on, whichever read meets it', () => {
  expect(agreedCount(telling(1434, 2026, 1435), atOnce)).toBe(1435);
  expect(agreedCount(telling(2026, 1434), atOnce)).toBe(1434);
  expect(agreedCount(telling(1434, 2026, 1434, 2026, 1435), atOnce)).toBe(1435);
});

test('nothing is agreed on when no two reads in a row tell the same, or none can be made', () => {
  expect(agreedCount(telling(1, 2, 3, 4, 5, 6, 7, 8, 9, 9), atOnce)).toBeUndefined();
  expect(agreedCount(() => undefined, atOnce)).toBeUndefined();
  expect(agreedCount(telling(7, undefined, 7, undefined, 7, undefined, 7, undefined, 7), atOnce)).toBeUndefined();
});

test('two reads between which a program could have taken many steps agree on nothing, however often they tell the same', () => {
  const everyMs = (step: number) => {
    let nowMs = 0;
    return () => (nowMs += step);
  };

  expect(agreedCount(telling(2026), everyMs(0.04))).toBe(2026);
  expect(agreedCount(telling(2026), everyMs(0.06))).toBeUndefined();
});

test('two quick reads are believed although the ones before were put off', () => {
  const moments = [0, 5, 5.02, 5.04, 5.06];

  expect(agreedCount(telling(2026, 2026, 1435), () => moments.shift() ?? 5.1)).toBe(1435);
});
