/** Memory over time: keeping one value every few seconds, and the slope of a line through them. */
import type {Moment} from '../observation.js';
import type {Glimpse} from './life.js';
import {trendEveryMs, trendKept} from './limits.js';

export type TrendPoint = {readonly at: Moment; readonly rssBytes: number};

/** Adds a value when the last one is old enough. Absent and zero readings (a process in its exit) are left out. */
export function trendFrom(
  trend: readonly TrendPoint[],
  at: Moment,
  rssBytes: number | undefined,
): readonly TrendPoint[] {
  if (!rssBytes) return trend;
  const last = trend.at(-1);
  if (last && at.monotonicMs - last.at.monotonicMs < trendEveryMs) return trend;
  return [...trend.slice(1 - trendKept), {at, rssBytes}];
}

/**
 * The trend of a life with its last seconds as fine as they were sampled, up to the most that it had in them: a process
 * that is killed gives its memory back before it is gone.
 */
export function fineTrend(trend: readonly TrendPoint[], glimpses: readonly Glimpse[]): readonly TrendPoint[] {
  const fine = glimpses.flatMap(({at, sample: {rssBytes}}) => (rssBytes ? [{at, rssBytes}] : []));
  const fromMs = fine[0]?.at.monotonicMs ?? Infinity;
  const points = [...trend.filter(({at}) => at.monotonicMs < fromMs), ...fine];
  const endMs = points.at(-1)?.at.monotonicMs ?? 0;
  const last = points.filter(({at}) => endMs - at.monotonicMs <= givenBackWithinMs);
  const most = Math.max(...last.map(({rssBytes}) => rssBytes));
  return points.slice(0, points.findLastIndex(({rssBytes}) => rssBytes === most) + 1);
}

/** A killed process is gone within this time, however much memory it has to give back. */
const givenBackWithinMs = 2000;

/** When memory rose and by how much, or undefined when it did not. */
export type Climb = {readonly fromBytes: number; readonly toBytes: number; readonly onsetWallMs: number};

/**
 * The climb to the end of a trend: from its last low point to its last value, when that is at least
 * `minimumBytes` and `minimumShare` of the low point. A trend of fewer than two points tells nothing.
 */
export function climbOf(
  trend: readonly TrendPoint[],
  lastBytes: number | undefined,
  {minimumBytes, minimumShare}: {readonly minimumBytes: number; readonly minimumShare: number},
): Climb | undefined {
  const values = trend.map((point) => point.rssBytes);
  if (values.length < 2) return undefined;
  const toBytes = Math.max(lastBytes ?? 0, values.at(-1) ?? 0);
  const fromBytes = Math.min(...values);
  const lowest = trend.findLast((point) => point.rssBytes <= fromBytes * 1.02);
  if (!lowest || toBytes - fromBytes < minimumBytes || (toBytes - fromBytes) / fromBytes < minimumShare)
    return undefined;
  return {fromBytes, toBytes, onsetWallMs: lowest.at.wallMs};
}
