/** When a record was printed, as near as that is known: it may be read long after, from a journal or on a machine that is overloaded. */
import type {LogFact} from './life.js';

/** Of a time that gunicorn itself printed, which is in whole seconds. */
const restOfSecondMs = 999;

/** Monotonic milliseconds; when it was read where it does not carry its time. */
export function printedAtMs({at, event: {wallMs}}: LogFact): number {
  if (wallMs === undefined) return at.monotonicMs;
  const latestMs = wallMs % 1000 === 0 ? wallMs + restOfSecondMs : wallMs;
  return at.monotonicMs - Math.max(0, at.wallMs - latestMs);
}
