/**
 * How fast a worker's memory grows: the slope of a straight line through its sizes, where they lie close to one.
 *
 * Steps, saws and noise are no slope, and neither is what a worker takes while it boots: then nothing is told.
 */
import type {Ledger} from './ledger.js';
import type {Life} from './life.js';
import {growth as limits} from './limits.js';
import type {TrendPoint} from './trend.js';

export type MemoryGrowth = {
  readonly bytesPerSecond: number;
  /** Over the last minute; absent where requests are not counted, or there were few. */
  readonly bytesPerRequest?: number;
};

/** Bytes a second over these sizes, oldest first; undefined where they do not grow steadily. */
export function slopeOf(points: readonly TrendPoint[]): number | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < limits.leastPoints) return undefined;
  const elapsedMs = last.at.monotonicMs - first.at.monotonicMs;
  if (elapsedMs < limits.leastSeconds * 1000) return undefined;

  const times = points.map(({at}) => (at.monotonicMs - first.at.monotonicMs) / 1000);
  const sizes = points.map(({rssBytes}) => rssBytes - first.rssBytes);
  const [meanTime, meanSize] = [mean(times), mean(sizes)];
  const spread = sumOf(times, (time) => (time - meanTime) ** 2);
  const scatter = sumOf(sizes, (size) => (size - meanSize) ** 2);
  const together = sumOf(times, (time, index) => (time - meanTime) * ((sizes[index] ?? 0) - meanSize));
  const bytesPerSecond = together / spread;
  const isSteady = scatter > 0 && together ** 2 / (spread * scatter) >= limits.leastFit;
  return isSteady && (bytesPerSecond * elapsedMs) / 1000 >= limits.leastBytes ? bytesPerSecond : undefined;
}

/** Of a life since it has booted. */
export function growthOf({trend, bootedAt, trail}: Life): MemoryGrowth | undefined {
  const fromMs = bootedAt?.monotonicMs ?? -Infinity;
  const bytesPerSecond = slopeOf(trend.filter(({at}) => at.monotonicMs >= fromMs));
  if (bytesPerSecond === undefined) return undefined;
  const counted = trail.filter(({requests, monotonicMs}) => requests !== undefined && monotonicMs >= fromMs);
  const [first, last] = [counted[0], counted.at(-1)];
  if (!first || !last) return {bytesPerSecond};
  const requests = (last.requests ?? 0) - (first.requests ?? 0);
  const grownBytes = (bytesPerSecond * (last.monotonicMs - first.monotonicMs)) / 1000;
  return {bytesPerSecond, ...(requests >= limits.leastRequests && {bytesPerRequest: grownBytes / requests})};
}

/** Seconds until the control group comes to its limit, while all workers go on growing as they do; undefined without a limit or growth. */
export function secondsToLimit({living, pulses}: Ledger): number | undefined {
  const {usedBytes, limitBytes} = pulses.at(-1) ?? {};
  if (usedBytes === undefined || limitBytes === undefined) return undefined;
  const bytesPerSecond = sumOf(living, (life) => growthOf(life)?.bytesPerSecond ?? 0);
  return bytesPerSecond > 0 ? Math.max(0, limitBytes - usedBytes) / bytesPerSecond : undefined;
}

function mean(values: readonly number[]): number {
  return sumOf(values, (value) => value) / values.length;
}

function sumOf<T>(values: readonly T[], valueOf: (value: T, index: number) => number): number {
  return values.reduce((sum, value, index) => sum + valueOf(value, index), 0);
}
