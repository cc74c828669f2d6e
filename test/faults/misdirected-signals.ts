import {setTimeout as pause} from 'node:timers/promises';
import {cleanExit, idleWorker} from './expectations.js';
import type {DeathExpectation, Fault, Target} from './fault.js';
import {saysCode, saysExiting, saysSignal} from './gunicorn-lines.js';

/** Signals that were meant for the master, or for nobody, and reach one idle worker: `pkill -HUP gunicorn` and its like. */

const deadlineMs = 10_000;

function misdirected(
  signal: NodeJS.Signals,
  expected: Pick<DeathExpectation, 'exits'> & Partial<DeathExpectation>,
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
    deaths: ({sees}) => ({
      victim: {
        cause: 'signalled',
        branch: 'runtime',
        ...idleWorker,
        doing: ['idle', 'draining'],
        replaced: 'yes',
        ...expected,
        // Whoever sees the sender has no doubt.
        ...(sees.senders && {orHonestly: []}),
      },
    }),
  };
}

/** A signal that a worker has no handler for ends it at once, and gunicorn names it. */
function unhandled(signal: NodeJS.Signals): Fault {
  return misdirected(signal, {exits: [{signal, core: false}]}, (target, pid) => [saysSignal(target, pid, signal)]);
}

/** A worker that is told to stop leaves in order: who told it stands only in the kernel's trace. */
function handled(signal: NodeJS.Signals): Fault {
  return misdirected(signal, {exits: [cleanExit], orHonestly: ['clean-exit', 'unknown']}, (_, pid) => [
    saysExiting(pid),
  ]);
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
  deaths: () => ({
    victim: {
      cause: 'signalled',
      orHonestly: ['clean-exit', 'unknown'],
      branch: 'runtime',
      doing: ['request', 'draining', 'idle', 'unknown'],
      phase: ['handling-traffic', 'shutting-down', 'unknown'],
      pressure: ['neither', 'unknown'],
      withoutTraffic: 'yes',
      exits: [cleanExit],
      replaced: 'yes',
      page: '/sleep',
    },
  }),
};

export const misdirectedSignals: readonly Fault[] = [
  unhandled('SIGHUP'),
  unhandled('SIGUSR2'),
  handled('SIGTERM'),
  handled('SIGQUIT'),
  handled('SIGINT'),
  unhandled('SIGALRM'),
  busyTerm,
  // What the master sends for a timeout, without one. Where a short request can end its worker by sys.exit(1), the two
  // may not be told apart.
  misdirected('SIGABRT', {exits: [{code: 1}], orHonestly: ['unknown']}, (target, pid) => [
    saysExiting(pid),
    ...saysCode(target, pid, 1),
  ]),
];
