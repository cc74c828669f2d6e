/**
 * What stops a walk through another process's memory.
 *
 * A structure is read pointer by pointer while its owner changes it, so any step may lead nowhere. Inside this room
 * such a step throws, for every reader would otherwise pass the same failure on by hand; the doors of the room catch it
 * and give a `Reading`. No other error is caught: anything else is our own bug.
 */
import type {Reading} from '../observation.js';
import type {NoReading} from '../sensors/reading.js';

export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Whether the process itself is gone, not only what was looked for. */
  readonly gone: boolean;

  constructor(why: string, gone = false) {
    super(why);
    this.gone = gone;
  }
}

/** The value of a walk, or undefined where it led nowhere. A process that is gone still throws. */
export function walk<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof Unreadable && !error.gone) return undefined;
    throw error;
  }
}

/** What an interrupted walk means outside this room. Throws what is no interruption. */
function meaningOfUnreadable(error: unknown): NoReading {
  if (!(error instanceof Unreadable)) throw error;

  return error.gone ? {kind: 'gone'} : {kind: 'failed', why: error.message};
}

/** The outcome of a walk at the edge of this room. */
export function safely<T>(step: () => Reading<T>): Reading<T> {
  try {
    return step();
  } catch (error) {
    return meaningOfUnreadable(error);
  }
}
