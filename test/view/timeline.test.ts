import {expect, test} from 'vitest';
import {frameAt, frameWith, keepFrame, wholeFrame, type Timeline} from '../../source/view/timeline.js';
import {manyWorkers} from '../helpers/snapshots/extremes.js';
import {healthy} from '../helpers/snapshots/healthy.js';
import {timedOut} from '../helpers/snapshots/restarts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';

const startMs = Date.parse('2026-11-22T12:00:00Z');

/** A timeline after so many seconds with a picture offered every quarter of one; `of` says which. */
function after(seconds: number, of = (_second: number) => healthy): Timeline {
  let past: Timeline = [];
  for (let quarter = 0; quarter <= seconds * 4; quarter++) {
    past = keepFrame(past, {snapshot: of(quarter / 4), nowMs: startMs + quarter * 250});
  }
  return past;
}

const secondsOf = (past: Timeline) => past.map(({nowMs}) => (nowMs - startMs) / 1000);

test('of pictures that are offered more often, one a second is kept', () => {
  expect(secondsOf(after(5))).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a picture that brings a restart or a revision of one is kept at once', () => {
  const past = after(3, (second) =>
    second < 1.25 ? healthy : {...healthy, restarts: [timedOut(9101, '14:03:19', 720, 9123)]},
  );
  expect(past.filter(({isNews}) => isNews).map(({nowMs}) => nowMs - startMs)).toEqual([1250]);
});

test('five minutes are kept by the second, a quarter of an hour by five, and hours by the minute', () => {
  const ages = secondsOf(after(3600)).map((second) => 3600 - second);
  const between = (youngest: number, oldest: number) => ages.filter((age) => age > youngest && age <= oldest).length;
  expect(ages.filter((age) => age <= 300)).toHaveLength(301);
  expect(between(300, 900)).toBeGreaterThanOrEqual(120);
  expect(between(300, 900)).toBeLessThanOrEqual(123);
  expect(between(900, 3600)).toBeGreaterThanOrEqual(45);
  expect(between(900, 3600)).toBeLessThanOrEqual(47);
  expect(ages[0]).toBeGreaterThan(3540);
});

test('a day of watching keeps no more than a shift of it', () => {
  let past: Timeline = [];
  for (let second = 0; second < 86_400; second += 10) {
    past = keepFrame(past, {snapshot: healthy, nowMs: startMs + second * 1000});
  }
  expect(past.length).toBeLessThan(500);
});

test('of many workers fewer pictures are kept', () => {
  const rows = (past: Timeline) =>
    past.reduce((sum, frame) => sum + wholeFrame(past, frame).snapshot.workers.length, 0);
  const many = after(1800, () => manyWorkers);
  expect(manyWorkers.workers.length).toBeGreaterThan(60);
  expect(rows(many)).toBeLessThan(32 * 1100);
});

test('every picture is the same when it is unpacked, and all but the newest are packed', () => {
  const past = after(3, (second) =>
    second < 2 ? timeoutStorm : {...timeoutStorm, restarts: timeoutStorm.restarts.slice(1)},
  );

  expect(past.map((frame) => wholeFrame(past, frame).snapshot.restarts.length)).toEqual(
    [0, 0, 1, 1].map((fewer) => timeoutStorm.restarts.length - fewer),
  );
  for (const frame of past.slice(0, 2)) expect(wholeFrame(past, frame).snapshot).toEqual(timeoutStorm);
  expect(past.map(({packed}) => packed !== undefined)).toEqual([true, true, true, false]);
});

test('a restart is packed once, however many pictures have it', () => {
  const past = after(5, () => ({...timeoutStorm, restarts: [...timeoutStorm.restarts]}));
  const first = past.flatMap(({packed}) => packed?.restarts[0] ?? []);

  expect(first.length).toBeGreaterThan(2);
  expect(new Set(first).size).toBe(1);
});

test('a clock that was set back, or another recording, begins anew', () => {
  expect(secondsOf(keepFrame(after(60), {snapshot: healthy, nowMs: startMs}))).toEqual([0]);
});

test('the picture of a moment is the last one before it, and before all of them the oldest', () => {
  const past = after(5);
  expect(frameAt(past, startMs + 2900)?.nowMs).toBe(startMs + 2000);
  expect(frameAt(past, 0)?.nowMs).toBe(startMs);
  expect(frameAt([], startMs)).toBeUndefined();
});

test('the picture of a restart is the first that shows it', () => {
  const past = after(5, (second) => (second < 3 ? healthy : timeoutStorm));
  expect(frameWith(past, timeoutStorm.restarts[0]?.id ?? '')?.nowMs).toBe(startMs + 3000);
  expect(frameWith(past, 'nobody')).toBeUndefined();
});
