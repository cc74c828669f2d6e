import {expect, test} from 'vitest';
import type {Snapshot} from '../../source/snapshot.js';
import {keepFrame, wholeFrame, type Timeline} from '../../source/view/timeline.js';
import {healthy} from '../helpers/snapshots/healthy.js';

const startMs = Date.parse('2026-11-22T12:00:00Z');

/** A snapshot whose curves tell the seconds they are of; nothing was read before second `since`. */
function at(second: number, since = 0): Snapshot {
  const first = Math.max(since, second - 599);
  const trend = Array.from({length: Math.max(0, second - first + 1)}, (_, index) => first + index);
  return {
    ...healthy,
    at: {wallMs: startMs + second * 1000, monotonicMs: second * 1000},
    traffic: {...healthy.traffic, backlogTrend: trend, requestsTrend: [], connectionsTrend: []},
    memory: {...healthy.memory, trend},
    cpu: {...healthy.cpu, trend},
  };
}

function keptUntil(second: number, since: (second: number) => number = () => 0): Timeline {
  return Array.from({length: second + 1}, (_, each) => each).reduce<Timeline>(
    (past, each) => keepFrame(past, {snapshot: at(each, since(each)), nowMs: startMs + each * 1000}),
    [],
  );
}

test('every picture of the past has the curves that it had', () => {
  const past = keptUntil(2000);
  for (const frame of past) {
    const second = (frame.nowMs - startMs) / 1000;
    expect(wholeFrame(past, frame).snapshot, `${second}`).toEqual(at(second));
  }
});

test('a gap in what was read is where curves begin, then as now', () => {
  const past = keptUntil(900, (second) => (second < 450 ? 0 : 450));
  for (const second of [299, 320, 449, 460, 700, 899]) {
    const frame = past.find(({nowMs}) => nowMs === startMs + second * 1000);
    const trend = frame && wholeFrame(past, frame).snapshot.memory.trend;
    expect(trend?.at(-1) ?? second, `${second}`).toBe(second);
    expect(trend?.[0] ?? 0).toBeGreaterThanOrEqual(second < 450 ? 0 : 450);
  }
});

test('only the newest picture and one every five minutes keep curves of their own', () => {
  const past = keptUntil(899);
  expect(
    past.filter((frame) => frame.packed === undefined || frame.hasCurves).map(({nowMs}) => (nowMs - startMs) / 1000),
  ).toEqual([0, 300, 600, 899]);
});
