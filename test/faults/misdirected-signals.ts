import {setTimeout as pause} from 'node:timers/promises';
import {isUvicorn, saysLeft, stoppedBy} from './class-facts.js';
import {idleWorker} from './expectations.js';
import type {DeathExpectation, Fault, Target} from './fault.js';
import {saysCode, saysExiting, saysSignal} from './gunicorn-lines.js';

/** Signals that were meant for the master, or for nobody, and reach one idle worker: `pkill -HUP gunicorn` and its like. */

const deadlineMs = 10_000;

function misdirected(
  signal: NodeJS.Signals,
  expected: (target: Target) => Pick<DeathExpectation, 'exits'> & Partial<DeathExpectation>,
  proof: (target: Target, pid: number) => readonly RegExp[],
  happensIn: Fault['happensIn'] = () => true,
): Fault {
  return {
    id: `${signal.slice(3).toLowerCase()}-one-worker`,
    happensIn,
    async cause({server, witness}) {
      const pid = server.workerPids()[0]!;
      server.signal(signal, pid);
      await witness.waitForDeath(pid, deadlineMs);
      return [{pid, role: 'victim'}];
    },
    proof: (target, deaths) => deaths.flatMap(({pid}) => proof(target, pid)),
    deaths: ({sees, ...target}) => ({
      victim: {
        cause: 'signalled',
        branch: 'runtime',
        ...idleWorker,
        doing: ['idle', 'draining'],
        replaced: 'yes',
        ...expected(target),
        // Whoever sees the sender has no doubt.
        ...(sees.senders && {orHonestly: []}),
      },
    }),
  };
}

/** A signal that a worker has no handler for ends it at once, and gunicorn names it. */
function unhandled(signal: NodeJS.Signals): Fault {
  return misdirected(
    signal,
    () => ({exits: [{signal, core: false}]}),
    (target, pid) => [saysSignal(target, pid, signal)],
  );
}

/** A worker that is told to stop leaves in order: who told it stands only in the kernel's trace. */
function handled(signal: NodeJS.Signals): Fault {
  const proof = (target: Target, pid: number) => [saysLeft(target, pid)];
  return misdirected(
    signal,
    (target) => ({exits: stoppedBy(target, signal), orHonestly: ['clean-exit', 'unknown']}),
    proof,
  );
}

/** One that is in the middle of a request finishes it first. */
const busyTerm: Fault = {
  ...handled('SIGTERM'),
  id: 'term-busy-worker',
  async cause({server, witness}) {
    void server.request('/sleep?s=3');
    const pid = await server.waitForBegun('/sleep');
    await pause(700);
    server.signal('SIGTERM', pid);
    await witness.waitForDeath(pid, deadlineMs);
    return [{pid, role: 'victim'}];
  },
  deaths: (target) => ({
    victim: {
      cause: 'signalled',
      orHonestly: ['clean-exit', 'unknown'],
      branch: 'runtime',
      doing: ['request', 'draining', 'idle', 'unknown'],
      phase: ['handling-traffic', 'shutting-down', 'unknown'],
      pressure: ['neither', 'unknown'],
      withoutTraffic: 'yes',
      exits: stoppedBy(target, 'SIGTERM'),
      replaced: 'yes',
      page: '/sleep',
    },
  }),
};

export const misdirectedSignals: readonly Fault[] = [
  unhandled('SIGHUP'),
  unhandled('SIGUSR2'),
  handled('SIGTERM'),
  // It has no effect on uvicorn's worker.
  {...handled('SIGQUIT'), happensIn: (target) => !isUvicorn(target)},
  handled('SIGINT'),
  unhandled('SIGALRM'),
  busyTerm,
  // What the master sends for a timeout, without one. Where a short request can end its worker by sys.exit(1), or the
  // class has no handler for it, it may not be told apart from what the worker does itself.
  misdirected(
    'SIGABRT',
    (target) => ({
      exits: isUvicorn(target) ? [{signal: 'SIGABRT', core: false}] : [{code: 1}],
      orHonestly: ['unknown'],
    }),
    (target, pid) =>
      isUvicorn(target) ? [saysSignal(target, pid, 'SIGABRT')] : [saysExiting(pid), ...saysCode(target, pid, 1)],
  ),
];
