/** How long a worker's heartbeat had been silent when it died. */
import {heartbeatAgeMs} from '../gunicorn/heartbeat.js';
import type {Life, LifeEnd} from './life.js';

/** The silence at the moment of death, as a range: the death lies between two samples. */
export type Silence = {
  readonly atLeastMs: number;
  readonly atMostMs: number;
  readonly lastBeatWallMs: number;
  /** Whether the file was read once more after the death, so that no later heartbeat can have been missed. */
  readonly readAfterDeath: boolean;
};

/** Undefined when the heartbeat was never readable. */
export function silenceOf(life: Life, end: LifeEnd): Silence | undefined {
  const heartbeat = end.heartbeat ?? life.glimpses.findLast(({sample}) => sample.heartbeat)?.sample.heartbeat;
  if (!heartbeat) return undefined;
  const atMostMs = heartbeatAgeMs(heartbeat, end.by);
  return {
    atLeastMs: Math.min(heartbeatAgeMs(heartbeat, life.lastSeen), atMostMs),
    atMostMs,
    lastBeatWallMs: end.by.wallMs - atMostMs,
    readAfterDeath: end.heartbeat !== undefined,
  };
}
