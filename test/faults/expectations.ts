import type {WitnessedExit} from '../helpers/fault-witness.js';
import type {DeathExpectation, Seen, Target} from './fault.js';

/** The parts that expectations are made of. */

export const killedExit: WitnessedExit = {signal: 'SIGKILL', core: false};
export const cleanExit: WitnessedExit = {code: 0};
/** A worker asked to stop that is asked again while it leaves can end by the signal instead of with 0. */
export const stoppedExits: readonly WitnessedExit[] = [cleanExit, {signal: 'SIGTERM', core: false}];

/** Only gunicorn 21 and newer guess at memory when a worker dies by SIGKILL. */
export function falseHint(target: Target): {readonly contradicts?: string} {
  return target.major >= 21 && target.log === 'file' ? {contradicts: 'out-of-memory'} : {};
}

/** A worker that nobody was using when something ended it. */
export const idleWorker = {
  doing: ['idle'],
  phase: ['waiting'],
  pressure: ['neither', 'unknown'],
  withoutTraffic: 'yes',
} as const satisfies Partial<DeathExpectation>;

/** A worker that something else than its request ended in the middle of one. */
export function busyWith(page: string): Pick<DeathExpectation, 'doing' | 'phase' | 'pressure' | 'page'> {
  return {doing: ['request'], phase: ['handling-traffic'], pressure: ['neither', 'unknown'], page};
}

/** A worker that its request ended the moment it began: too short for a sample, but it was not idle. */
export function endedAtOnceBy(
  page: string,
): Pick<DeathExpectation, 'doing' | 'phase' | 'pressure' | 'page' | 'withoutTraffic'> {
  return {
    doing: ['request', 'unknown'],
    phase: ['handling-traffic', 'unknown'],
    pressure: ['neither', 'unknown'],
    page,
    withoutTraffic: 'no',
  };
}

/**
 * What may honestly be said by somebody who sees that much: everything above, and less. Without the log `clean-exit` only
 * where the worker really ended with 0, because that is what it says.
 */
export function honestFrom(expectation: DeathExpectation, {log, sees, workerClass}: Seen): DeathExpectation {
  // Of many connections on one thread only memory tells which of them has a request; of greenlets, only of the one that runs.
  const isTold = workerClass === 'sync' || workerClass === 'gthread' || (sees.memory && workerClass !== 'gevent');
  const seesRequests = sees.activity && isTold;
  if (log === 'file' && seesRequests) {
    return expectation;
  }

  const orUnknown = (verdicts: readonly string[]) => [...new Set([...verdicts, 'unknown'])];
  const answers = {
    doing: orUnknown(expectation.doing),
    phase: orUnknown(expectation.phase),
    pressure: orUnknown(expectation.pressure),
  };
  if (log === 'file') {
    return {...expectation, ...answers};
  }

  const canEndClean = expectation.exits.some((exit) => 'code' in exit && exit.code === 0);
  const orHonestly = orUnknown([...(expectation.orHonestly ?? []), ...(canEndClean ? ['clean-exit'] : [])]);
  return {...expectation, ...answers, orHonestly};
}
