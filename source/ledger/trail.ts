/** The last minute of a life, one point a second: what its heartbeat, memory, CPU time and requests were up to. */
import {heartbeatAgeMs} from '../gunicorn/heartbeat.js';
import type {Moment, WorkerSample} from '../observation.js';
import {trailEveryMs, trailKept} from './limits.js';

/** One second of a trail. Whole numbers: they are cheaper to keep, and nobody reads finer. */
export type TrailPoint = {
  /** Wall clock and monotonic clock, milliseconds. */
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly heartbeatAgeMs?: number;
  readonly rssBytes?: number;
  /** CPU time used so far, milliseconds. */
  readonly cpuMs: number;
  /** Requests counted so far. */
  readonly requests?: number;
};

/** Adds a point when the last one is a second old. A process in its exit has no memory left, which is not its size. */
export function trailFrom(
  trail: readonly TrailPoint[],
  at: Moment,
  sample: WorkerSample,
  requests: number | undefined,
): readonly TrailPoint[] {
  const last = trail.at(-1);
  if (last && at.monotonicMs - last.monotonicMs < trailEveryMs) return trail;
  const {heartbeat, rssBytes, cpuMs} = sample;
  const point: TrailPoint = {
    wallMs: Math.round(at.wallMs),
    monotonicMs: Math.round(at.monotonicMs),
    ...(heartbeat && {heartbeatAgeMs: Math.round(heartbeatAgeMs(heartbeat, at))}),
    ...(rssBytes && {rssBytes}),
    cpuMs: Math.round(cpuMs),
    ...(requests !== undefined && {requests}),
  };
  return [...trail.slice(1 - trailKept), point];
}
