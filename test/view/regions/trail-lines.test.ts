import {expect, test} from 'vitest';
import {lineText} from '../../../source/view/line.js';
import {trailLines} from '../../../source/view/regions/trail-lines.js';
import {at, mebibyte} from '../../helpers/snapshots/parts.js';
import {timedOut} from '../../helpers/snapshots/restarts.js';

const endMs = at('14:03:19');
/** A worker that goes silent in the last half minute, with flat memory. */
const trail = Array.from({length: 60}, (_, second) => ({
  atMs: endMs - (59 - second) * 1000 - 100,
  heartbeatAgeSeconds: Math.max(0.5, second - 29.5),
  rssBytes: 198 * mebibyte,
  cpuPercent: second < 30 ? 40 : 0,
  requests: 4800 + Math.min(second, 30),
}));
const restart = timedOut(9101, '14:03:19', 720, 9123, {trail});
const context = {timeoutSeconds: 30, offsetMinutes: 0};
const drawn = (width: number, changes = {}) =>
  trailLines({...restart, ...changes}, context, width).map((line) => lineText(line));

test('heartbeat, memory, CPU and requests stand on one time axis that ends with the death', () => {
  expect(drawn(100)).toEqual([
    ' heartbeat age ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▂▂▃▃▃▃▃▄▄▄▄▄▅▅▅▅▅▆▆▆▆▆▇▇▇ 29.5 s of 30 s',
    ` RSS           ${'▁'.repeat(60)} 198M → 198M`,
    ` CPU           ${'▃'.repeat(30)}${'▁'.repeat(30)} 0%`,
    ` requests       ${'▇'.repeat(30)}${'▁'.repeat(29)} 30 seen`,
    `               14:02:19${' '.repeat(44)}14:03:19 death`,
  ]);
});

test('a narrow screen draws the same minute in fewer columns', () => {
  const lines = drawn(60);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines[0]).toMatch(/^ heartbeat age ▁+▂+▃+▄+▅+▆+▇+ 29.5 s of 30 s$/);
});

test('what was not read has no line, and seconds before the birth are blank', () => {
  const young = trail.slice(-6).map(({heartbeatAgeSeconds: _age, requests: _requests, ...rest}) => rest);
  const lines = drawn(100, {trail: young});
  expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(['RSS', 'CPU', '14:02:19']);
  expect(lines[0]).toBe(` RSS           ${' '.repeat(54)}${'▁'.repeat(6)} 198M → 198M`);
});

test('without a trail there is nothing to draw', () => {
  expect(drawn(100, {trail: undefined})).toEqual([]);
});
