import {expect, test} from 'vitest';
import {scrollTo, windowAt} from '../../../source/view/ui-state/scroll.js';

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

test('a row stays on its line while rows come above it', () => {
  expect(windowAt(4, 2, {height: 3, total: 10})).toBe(2);
  expect(windowAt(5, 2, {height: 3, total: 11})).toBe(3);
  expect(windowAt(1, 2, {height: 3, total: 10})).toBe(0);
  expect(windowAt(9, 2, {height: 2, total: 10})).toBe(8);
});

test('a window is filled, unless that would push down what is read', () => {
  expect(windowAt(2, 0, {height: 5, total: 3})).toBe(0);
  expect(windowAt(2, 0, {height: 5, total: 3, newer: 2})).toBe(2);
  expect(windowAt(2, 0, {height: 5, total: 3, newer: 1})).toBe(1);
});
