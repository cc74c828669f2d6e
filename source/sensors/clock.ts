/** The two clocks, read together. */
import type {Moment} from '../observation.js';

/** Each of the two by itself, milliseconds. */
export type Clocks = {readonly wall: () => number; readonly monotonic: () => number};

/** Node's high-resolution time is CLOCK_MONOTONIC, with which gunicorn 22 and newer stamps its heartbeat. */
const machineClocks: Clocks = {wall: Date.now, monotonic: () => Number(process.hrtime.bigint()) / 1e6};

/** Two clocks that are read within this time count as read at once. */
const togetherMs = 5;
const attempts = 10;

/**
 * Now. Between one clock and the other this process may be held up for seconds, and then their difference would look
 * like a step of the wall clock: they are read again until they belong together.
 */
export function now({wall, monotonic}: Clocks = machineClocks): Moment {
  let beforeMs = monotonic();
  for (let attempt = 1; ; attempt++) {
    const wallMs = wall();
    const monotonicMs = monotonic();
    if (monotonicMs - beforeMs <= togetherMs || attempt === attempts) return {wallMs, monotonicMs};
    beforeMs = monotonicMs;
  }
}
