/**
 * Spikes of traffic: a stretch of seconds in which clearly more came than in the minute before.
 *
 * Connections are counted by the kernel as they come, whether or not a worker takes them. Requests are counted as they
 * begin or end, so workers that hang let their rate fall; they count only where connections are not told.
 */
import type {Moment} from '../observation.js';
import {spike as thresholds} from './limits.js';
import type {Pulse} from './pulse.js';
import {perSecond} from './second-trend.js';

export type Spike = {
  readonly onset: Moment;
  readonly endMs: number;
  readonly unit: 'connections' | 'requests';
  /** What was usual before, and the mean while it lasted, a second. */
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** False for connections of a network namespace in which others listen too. */
  readonly isOwn: boolean;
};

type Point = {readonly at: Moment; readonly rate: number; readonly isOwn: boolean; readonly backlog: number};

/** The spike that a moment lies in or soon after; undefined when there was none, or too little was read before it. */
export function spikeBefore(pulses: readonly Pulse[], untilMs: number): Spike | undefined {
  const recent = pulses.filter(({at}) => at.monotonicMs >= untilMs - thresholds.looksBackMs);
  const arrivals = pointsOf(recent, ({arrivals: now}, before) => ({
    values: [now?.total, before?.arrivals?.total],
    isOwn: now?.isOwn === true,
  }));
  const found = arrivals.length > 0 ? spikesIn(arrivals, 'connections') : spikesIn(requestPoints(recent), 'requests');
  return found.findLast(
    ({onset, endMs}) => onset.monotonicMs <= untilMs + thresholds.lateMs && endMs >= untilMs - thresholds.reachesMs,
  );
}

function pointsOf(
  pulses: readonly Pulse[],
  read: (
    pulse: Pulse,
    before: Pulse | undefined,
  ) => {readonly values: readonly [number | undefined, number | undefined]; readonly isOwn: boolean},
): readonly Point[] {
  return pulses.flatMap((pulse, index) => {
    const before = pulses[index - 1];
    const {values, isOwn} = read(pulse, before);
    const rate = perSecond(pulse, before, values);
    return rate === undefined || !before ? [] : [{at: before.at, rate, isOwn, backlog: pulse.backlog ?? 0}];
  });
}

function requestPoints(pulses: readonly Pulse[]): readonly Point[] {
  return pulses.flatMap(({at, requestsPerSecond, backlog}) =>
    requestsPerSecond === undefined ? [] : [{at, rate: requestsPerSecond, isOwn: true, backlog: backlog ?? 0}],
  );
}

function spikesIn(points: readonly Point[], unit: Spike['unit']): readonly Spike[] {
  const found: Spike[] = [];
  let usual: number[] = [];
  let raised: Point[] = [];
  const close = (): void => {
    const spike = spikeOf(raised, median(usual), unit);
    if (spike) found.push(spike);
    // What does not end is what is usual from now on; the seconds of one that did end are not.
    if (raised.length >= thresholds.longestSeconds)
      usual = raised.map(({rate}) => rate).slice(-thresholds.usualSeconds);
    raised = [];
  };
  for (const point of points) {
    const level = median(usual);
    const isRaised =
      usual.length >= thresholds.leastUsualSeconds &&
      point.rate >= Math.max(level * thresholds.factor, level + thresholds.morePerSecond);
    if (isRaised && raised.length < thresholds.longestSeconds) {
      raised = [...raised, point];
    } else {
      if (raised.length > 0) close();
      usual = [...usual.slice(1 - thresholds.usualSeconds), point.rate];
    }
  }
  if (raised.length > 0) close();
  return found;
}

/** Connections of a namespace that others listen in count only where the target's own queue grew with them. */
function spikeOf(raised: readonly Point[], level: number, unit: Spike['unit']): Spike | undefined {
  const [first, last] = [raised[0], raised.at(-1)];
  if (!first || !last || raised.length < thresholds.leastSeconds) return undefined;
  const isOwn = raised.every((point) => point.isOwn);
  if (!isOwn && !raised.some(({backlog}) => backlog > 0)) return undefined;
  const mean = raised.reduce((total, {rate}) => total + rate, 0) / raised.length;
  return {
    onset: first.at,
    endMs: last.at.monotonicMs + 1000,
    unit,
    fromPerSecond: level,
    toPerSecond: mean,
    isOwn,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
