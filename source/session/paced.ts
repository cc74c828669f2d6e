import {setImmediate as nextTurn} from 'node:timers/promises';
import type {RecordedItem} from '../recording/line-reader.js';
import type {Clock} from './clock.js';

/** How many times faster than it happened; `max` is as fast as it can be read. */
export type ReplaySpeed = number | 'max';

/** A screen and its keys get their turn this often, however fast a recording is read. */
const turnEveryMs = 20;

/** No timer is finer. */
const shortestSleepMs = 1;

/** A pause this long in which nothing was recorded, of recorded time, is not sat through … */
const longestPauseMs = 120_000;

/** … but shortened to this. */
const shortenedPauseMs = 2000;

/**
 * Hands on each item when it is due: as long after the first one as it was recorded after it. What arrives too late,
 * as from a pipe that stood still, is handed on at once. Ends early when the signal aborts.
 */
export async function* paced(
  items: AsyncIterable<RecordedItem>,
  speed: ReplaySpeed,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<RecordedItem> {
  /** What the recording's clock shows when ours shows 0. */
  let origin: {readonly ownMs: number; readonly recordedMs: number} | undefined;
  let lastMs: number | undefined;
  let turnMs = clock.now().monotonicMs;
  for await (const item of items) {
    if (item.kind === 'header' && !item.goesOn) {
      // It may have been made after another boot of the machine, with another clock.
      origin = undefined;
      lastMs = undefined;
    }
    if (item.kind === 'observation' && speed !== 'max') {
      const {monotonicMs} = item.observation.at;
      const ownMs = clock.now().monotonicMs;
      const pauseMs = monotonicMs - (lastMs ?? monotonicMs);
      lastMs = monotonicMs;
      if (origin === undefined) {
        origin = {ownMs, recordedMs: monotonicMs};
      } else if (Math.abs(pauseMs) > longestPauseMs) {
        origin = {ownMs, recordedMs: monotonicMs - shortenedPauseMs};
      }
      const dueMs = origin.ownMs + (monotonicMs - origin.recordedMs) / speed;
      if (dueMs - ownMs >= shortestSleepMs) {
        await clock.sleepUntil(dueMs, signal);
      }
    }
    if (clock.now().monotonicMs - turnMs > turnEveryMs) {
      await nextTurn();
      turnMs = clock.now().monotonicMs;
    }
    if (signal.aborted) {
      return;
    }
    yield item;
  }
}
