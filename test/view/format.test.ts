import {expect, test} from 'vitest';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDay,
  formatMoment,
  formatOffset,
  formatPercent,
  formatRate,
  formatSeconds,
  formatShortCount,
} from '../../source/view/format.js';

test.each([
  [0, '00:00'],
  [3.9, '00:03'],
  [724, '12:04'],
  [3599.9, '59:59'],
  [3600, '1:00:00'],
  [86_399, '23:59:59'],
  [86_400, '1d 00:00'],
  [3 * 86_400 + 4 * 3600 + 12 * 60 + 59, '3d 04:12'],
  [12 * 86_400 + 4 * 3600, '12d 04h'],
  [128 * 86_400 + 4 * 3600, '128d'],
  [-1, '00:00'],
])('an age of %s s reads %s', (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});

test.each([
  [0, '0 s'],
  [0.44, '0.4 s'],
  [30.46, '30.5 s'],
  [95.4, '95 s'],
  [120, '02:00'],
])('a duration of %s s reads %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [0, '0K'],
  [1023, '1K'],
  [84 * 2 ** 20, '84M'],
  [222_298_112, '212M'],
  [999.4 * 2 ** 20, '999M'],
  [1000 * 2 ** 20, '1.0G'],
  [1.64 * 2 ** 30, '1.6G'],
  [9.97 * 2 ** 30, '10G'],
  [3 * 2 ** 40, '3.0T'],
])('%s bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0', '0'],
  [4812, '4,812', '4,812'],
  [99_999, '99,999', '99,999'],
  [123_456, '123,456', '123k'],
  [1_234_567, '1.23M', '1.23M'],
  [123_456_789, '123M', '123M'],
])('the count %s reads %s, and %s where there is little room', (count, text, short) => {
  expect(formatCount(count)).toBe(text);
  expect(formatShortCount(count)).toBe(short);
});

test('rates below ten have a decimal, zero has none', () => {
  expect([0, 0.31, 9.96, 412.4].map((rate) => formatRate(rate))).toEqual(['0', '0.3', '10', '412']);
  expect(formatPercent(312.4)).toBe('312%');
});

test('what is not known is a dash', () => {
  for (const format of [
    formatAge,
    formatSeconds,
    formatBytes,
    formatCount,
    formatShortCount,
    formatRate,
    formatPercent,
  ]) {
    expect(format(undefined)).toBe('–');
  }
});

test('a clock time is told at the offset, and the day with it', () => {
  const wallMs = Date.parse('2026-11-22T23:30:05.999Z');
  expect(formatClock(wallMs, 0)).toBe('23:30:05');
  expect(formatClock(wallMs, 330)).toBe('05:00:05');
  expect(formatDay(wallMs, 330)).toBe('2026-11-23');
  expect(formatMoment(wallMs, wallMs + 1000, 0)).toBe('23:30:05');
  expect(formatMoment(wallMs, wallMs + 3_600_000, 0)).toBe('11-22 23:30');
  expect(formatMoment(wallMs, wallMs + 3_600_000, 330)).toBe('05:00:05');
  expect([0, 60, 330, -180, -210].map(formatOffset)).toEqual(['+00', '+01', '+05:30', '-03', '-03:30']);
});
