import {expect, test} from 'vitest';
import {axisReaching, columnOf, columnTops, timeAxis} from '../../source/view/time-axis.js';

const noon = Date.UTC(2026, 10, 22, 12);

test('an axis has columns of whole seconds and is never wider than asked', () => {
  expect(timeAxis(noon, 10, 600)).toEqual({seconds: 600, columns: 10, columnMs: 60_000, nowMs: noon});
  expect(timeAxis(noon, 90, 600)).toEqual({seconds: 600, columns: 86, columnMs: 7000, nowMs: noon});
  expect(timeAxis(noon, 0, 60).columns).toBe(1);
});

test('a moment stays in its stretch of the clock, which moves to the left as a whole', () => {
  const columns = (nowMs: number) =>
    [-1, -59_000, -61_000, -540_000, -900_000].map((ms) => columnOf(timeAxis(nowMs, 10, 600), noon + ms));

  expect(columns(noon)).toEqual([8, 8, 7, 0, undefined]);
  expect(columns(noon + 59_000)).toEqual([8, 8, 7, 0, undefined]);
  expect(columns(noon + 60_000)).toEqual([7, 7, 6, undefined, undefined]);
});

test('what is to come has no column', () => {
  expect(columnOf(timeAxis(noon, 10, 600), noon + 60_000)).toBeUndefined();
});

test('a column shows the largest of its values, and none where there is none', () => {
  const values = [...Array.from({length: 60}, () => 2), 9, ...Array.from({length: 29}, () => 1)];

  expect(columnTops(values, noon - 1000, timeAxis(noon - 1000, 10, 600))).toEqual([
    ...Array.from({length: 8}, () => undefined),
    2,
    9,
  ]);
});

test('an axis is as long as what has been watched, in four steps', () => {
  expect([0, 60, 61, 250, 600, 9000].map(axisReaching)).toEqual([60, 60, 120, 300, 600, 600]);
});
