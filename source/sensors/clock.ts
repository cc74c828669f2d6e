/** The two clocks, read together. */
import type {Moment} from '../observation.js';

/** Now. Gunicorn's monotonic heartbeat and Node's high-resolution time are both CLOCK_MONOTONIC. */
export function now(): Moment {
  return {wallMs: Date.now(), monotonicMs: Number(process.hrtime.bigint()) / 1e6};
}
