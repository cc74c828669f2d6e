import {expect, test} from 'vitest';
import {heartbeatBar} from '../../source/view/heartbeat-bar.js';
import {scaleFromZero, scaleOfGrowth, sparkline} from '../../source/view/sparkline.js';

test('a sparkline shows the newest values, one column each', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6], 7, {low: 0, high: 6})).toBe('▁▂▃▄▅▆▇');
  expect(sparkline([9, 9, 9, 0, 7], 2, {low: 0, high: 7})).toBe('▁▇');
  expect(sparkline([1], 8, {low: 0, high: 7})).toBe('▂');
  expect(sparkline([1, undefined, 0], 3, {low: 0, high: 7})).toBe('▂ ▁');
  expect(sparkline([], 8, {low: 0, high: 7})).toBe('');
});

test('values outside the scale stay at its ends, and a scale of nothing is flat', () => {
  expect(sparkline([-5, 99], 2, {low: 0, high: 7})).toBe('▁▇');
  expect(sparkline([3, 3], 2, {low: 3, high: 3})).toBe('▁▁');
});

test('one waiting client stays small', () => {
  expect(sparkline([0, 1, 0], 3, scaleFromZero([0, 1, 0], 10))).toBe('▁▂▁');
});

test('flat memory looks flat, and growth by half reaches the top', () => {
  expect(sparkline([198, 199, 198], 3, scaleOfGrowth([198, 199, 198]))).toBe('▁▁▁');
  expect(sparkline([100, 125, 150], 3, scaleOfGrowth([100, 125, 150]))).toBe('▁▄▇');
  expect(scaleOfGrowth([])).toEqual({low: 0, high: 0});
});

test('a heartbeat bar is exactly as wide as asked, and full at the timeout', () => {
  expect(heartbeatBar(0, 30, 8)).toBe('········');
  expect(heartbeatBar(15, 30, 8)).toBe('████····');
  expect(heartbeatBar(16, 30, 8)).toBe('████▎···');
  expect(heartbeatBar(30, 30, 8)).toBe('████████');
  expect(heartbeatBar(99, 30, 8)).toBe('████████');
  expect(heartbeatBar(-1, 30, 8)).toBe('········');
});
