import {expect, test} from 'vitest';
import {growthOf, slopeOf} from '../../source/ledger/memory-growth.js';
import {workerRows} from '../../source/ledger/worker-row.js';
import {attached, moment, processId, sample, worker} from '../helpers/observations.js';
import {sibling} from '../helpers/death.js';
import {fold} from './fold.js';

const mebibyte = 1024 * 1024;
const sizes = (sizeAt: (second: number) => number, seconds = 60) =>
  Array.from({length: seconds / 2 + 1}, (_, index) => ({
    at: moment(index * 2),
    rssBytes: 100 * mebibyte + sizeAt(index * 2),
  }));

test('what grows steadily has a slope, in bytes a second', () => {
  expect(slopeOf(sizes((second) => second * mebibyte))).toBeCloseTo(mebibyte, 0);
  expect(slopeOf(sizes((second) => second * mebibyte + (second % 4) * mebibyte))).toBeCloseTo(mebibyte, -5);
});

test('what is flat, falls, saws, steps once, or was seen too shortly has none', () => {
  expect(slopeOf(sizes(() => 0))).toBeUndefined();
  expect(slopeOf(sizes((second) => -second * mebibyte))).toBeUndefined();
  expect(slopeOf(sizes((second) => (second % 20) * 3 * mebibyte))).toBeUndefined();
  expect(slopeOf(sizes((second) => (second < 50 ? 0 : 90 * mebibyte)))).toBeUndefined();
  expect(slopeOf(sizes((second) => second * 3 * mebibyte, 8))).toBeUndefined();
  expect(slopeOf(sizes((second) => (second * mebibyte) / 10))).toBeUndefined();
});

test('growth is told per request where requests are counted', () => {
  const trail = Array.from({length: 60}, (_, second) => ({
    wallMs: moment(second).wallMs,
    monotonicMs: moment(second).monotonicMs,
    cpuMs: 0,
    requests: second * 4,
  }));
  const trend = sizes((second) => second * mebibyte);

  expect(growthOf(sibling(9101, {trend, trail}))?.bytesPerRequest).toBeCloseTo(mebibyte / 4, 0);
  expect(growthOf(sibling(9101, {trend, trail: trail.slice(0, 3)}))).not.toHaveProperty('bytesPerRequest');
});

test('what a worker takes while it boots is no growth', () => {
  const trend = sizes((second) => Math.min(second, 30) * 3 * mebibyte);

  expect(growthOf(sibling(9101, {trend, bootedAt: moment(30)}))).toBeUndefined();
});

test('a row tells how long it takes until the group is at its limit, and its seldom read sizes', () => {
  const id = processId(9101, -60);
  const samples = Array.from({length: 31}, (_, index) =>
    sample(
      moment(index * 2),
      [
        worker(id, {
          rssBytes: (100 + index * 2) * mebibyte,
          ...(index === 5 && {pssBytes: 80 * mebibyte, peakRssBytes: 112 * mebibyte}),
        }),
      ],
      {memory: {usedBytes: 400 * mebibyte, limitBytes: 1000 * mebibyte}},
    ),
  );
  const [row] = workerRows(fold([attached(), ...samples]));

  expect(row).toMatchObject({pssBytes: 80 * mebibyte, peakRssBytes: 112 * mebibyte});
  expect(row?.growth?.bytesPerSecond).toBeCloseTo(mebibyte, 0);
  expect(row?.secondsToLimit).toBeCloseTo(600, 0);
});
