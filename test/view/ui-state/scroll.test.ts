import {expect, test} from 'vitest';
import {scrollTo} from '../../../source/view/ui-state/scroll.js';

test('the window moves only as far as it must', () => {
  expect(scrollTo(0, 2, 3, 10)).toBe(0);
  expect(scrollTo(0, 3, 3, 10)).toBe(1);
  expect(scrollTo(5, 4, 3, 10)).toBe(4);
  expect(scrollTo(5, 6, 3, 10)).toBe(5);
});

test('the window never stands past the end, also when rows went away', () => {
  expect(scrollTo(9, -1, 3, 5)).toBe(2);
  expect(scrollTo(9, -1, 3, 2)).toBe(0);
  expect(scrollTo(0, 0, 3, 0)).toBe(0);
});
