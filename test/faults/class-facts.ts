import type {WitnessedExit} from '../helpers/fault-witness.js';
import {cleanExit, killedExit} from './expectations.js';
import type {Fault, Target} from './fault.js';
import {saysExiting, saysSignal} from './gunicorn-lines.js';

/** What is true of a worker class: where a fault is tried, and how its workers leave. */

export const everywhere: Fault['happensIn'] = () => true;

/** The two classes of every version, in which each variety of a fault is tried; in the others one of a kind. */
export const ofEveryVersion: Fault['happensIn'] = ({workerClass}) =>
  workerClass === 'sync' || workerClass === 'gthread';

/** Many connections by turns on one thread: a request that waits does not silence the heartbeat, and one that does not let go does. */
export const servesByTurns: Fault['happensIn'] = ({workerClass}) =>
  workerClass === 'gevent' || workerClass === 'asgi' || workerClass === 'uvicorn';

export const isUvicorn = ({workerClass}: Target): boolean => workerClass === 'uvicorn';

/** What shows that a worker left in order. uvicorn raises the signal again that it was stopped with, and gunicorn's farewell stays out. */
export function saysLeft(target: Target, pid: number): RegExp {
  return isUvicorn(target) ? new RegExp(`Finished server process \\[${pid}\\]`) : saysExiting(pid);
}

/** How a worker ends that was sent this signal to stop. */
export function stoppedBy(target: Target, signal: NodeJS.Signals): readonly WitnessedExit[] {
  return isUvicorn(target) ? [{signal, core: false}] : [cleanExit];
}

/**
 * How a worker ends that does not let go of its loop and is aborted for it. gevent's handler runs between two steps of
 * Python and its SystemExit is swallowed; asgi's is called by the loop, so never; uvicorn has none.
 */
export function abortedLoopExit({workerClass}: Target): WitnessedExit {
  if (workerClass === 'gevent') {
    return cleanExit;
  }

  return workerClass === 'uvicorn' ? {signal: 'SIGABRT', core: false} : killedExit;
}

/** What gunicorn says of it. */
export function saysAborted(target: Target, pid: number): RegExp {
  const exit = abortedLoopExit(target);
  return 'signal' in exit ? saysSignal(target, pid, exit.signal as NodeJS.Signals) : saysExiting(pid);
}
