import {expect, test} from 'vitest';
import {recycleHerdOf, recycleHerdText} from '../../source/diagnosis/recycle-herd.js';
import {restart} from '../helpers/restarts.js';

/** Workers that lived for an hour and reached their limit at these seconds. */
function recycled(ats: readonly number[], ageSeconds = 3600) {
  return ats.map((at, index) => restart({cause: 'max-requests', pid: 9101 + index, at, ageSeconds}));
}

test('half of the workers within some seconds are a herd', () => {
  expect(recycleHerdOf(recycled([100, 101, 101.5, 103]), 8)).toEqual({count: 4, spanSeconds: 3});
});

test('less than half of them, or two, are none', () => {
  expect(recycleHerdOf(recycled([100, 101, 102]), 8)).toBeUndefined();
  expect(recycleHerdOf(recycled([100, 101]), 2)).toBeUndefined();
});

test('workers that reach their limit one after the other are none', () => {
  expect(recycleHerdOf(recycled([100, 200, 300, 400]), 4)).toBeUndefined();
});

test('workers that are recycled every few seconds are none: it is the limit that is too small', () => {
  expect(recycleHerdOf(recycled([100, 101, 102, 103], 3), 3)).toBeUndefined();
});

test('the largest herd is told, and other ends make none', () => {
  const reloads = [500, 500, 500, 500].map((at) => restart({cause: 'reload', at}));

  expect(recycleHerdOf([...recycled([100, 101, 102, 300, 301, 302, 302.5]), ...reloads], 4)).toEqual({
    count: 4,
    spanSeconds: 2.5,
  });
  expect(recycleHerdOf(reloads, 4)).toBeUndefined();
  expect(recycleHerdOf([], 4)).toBeUndefined();
});

test('a jitter that is not known is not called too small', () => {
  const herd = {count: 12, spanSeconds: 2.2};

  expect(recycleHerdText(herd, 5)).toBe('jitter too small: 12 within 3 s');
  expect(recycleHerdText(herd, 0)).toBe('no jitter: 12 within 3 s');
  expect(recycleHerdText(herd, undefined)).toBe('together: 12 within 3 s');
});
