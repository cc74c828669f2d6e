/**
 * When a sample was read: not at one moment but between two, which are seconds apart where the machine stood still.
 *
 * What must have been so before something is held against the end of that time, and what must have been so after it
 * against its beginning.
 */
import type {Moment, Sample} from '../observation.js';
import {promptlyMs} from './limits.js';

/** The moment by which all of the sample had been read. */
export function readBy({at, tookMs = 0}: Sample): Moment {
  return tookMs === 0 ? at : {wallMs: at.wallMs + tookMs, monotonicMs: at.monotonicMs + tookMs};
}

/** Whether a reading took so little time that a rate can be made of it. */
export function isPrompt({at, by}: {readonly at: Moment; readonly by: Moment}): boolean {
  return by.monotonicMs - at.monotonicMs <= promptlyMs;
}
