import {setTimeout as pause} from 'node:timers/promises';
import {waitFor} from '../helpers/fault-wait.js';
import type {WitnessedExit} from '../helpers/fault-witness.js';
import {falseHint, idleWorker, killedExit, stoppedExits} from './expectations.js';
import type {DeathExpectation, Fault, Target} from './fault.js';
import {saysTimeout} from './gunicorn-lines.js';
import {abortedExits} from './timeouts.js';

/** Workers that were asked to finish what they had and leave, and whose heartbeat fell silent over it. */

const timeoutSeconds = 4;
const deadlineMs = 20_000;
const page = '/sleep';

/** gunicorn 23 and older ask every second again, also a worker that is leaving already. */
const askedAgain: WitnessedExit = {signal: 'SIGTERM', core: false};

const overran = {
  cause: 'timeout',
  branch: 'runtime',
  variants: ['draining'],
  doing: ['request', 'draining'],
  phase: ['handling-traffic', 'shutting-down'],
  pressure: ['timeout-first'],
  withoutTraffic: 'no',
  page,
} as const;

/** Without the log nobody can know that threads are waited for: then the loop is blocked, which it is as well. */
function orBlocked({log}: Target, during: string): Pick<DeathExpectation, 'during' | 'variants'> {
  return log === 'file' ? {during} : {variants: ['draining', 'loop-blocked']};
}

const saysTimeouts: Fault['proof'] = (_, deaths) =>
  deaths.filter(({role}) => role === 'victim').map(({pid}) => saysTimeout(pid));

const duringReload: Fault = {
  id: 'timeout-draining-reload',
  happensIn: ({workerClass}) => workerClass === 'sync',
  // gunicorn 24 and newer wait for the old ones this long before they look for silent ones again.
  server: {timeoutSeconds, args: ['--graceful-timeout', '2']},
  async cause({server, witness}) {
    const pids = server.workerPids();
    void server.request(`${page}?s=60`);
    const busy = await server.waitForBegun(page);
    await pause(700);
    server.signal('SIGHUP');
    await Promise.all(pids.map((pid) => witness.waitForDeath(pid, deadlineMs)));
    return pids.map((pid) => ({pid, role: pid === busy ? 'victim' : 'sibling'}));
  },
  proof: (target, deaths) => [/Hang up: Master/, ...saysTimeouts(target, deaths)],
  deaths: (target) => ({
    victim: {
      ...overran,
      // Without the log nobody can know of the order: then it is a long request, which it is as well.
      ...(target.log === 'file' ? {during: 'reload'} : {variants: ['draining', 'long-request']}),
      exits: [...abortedExits(target, false), askedAgain],
      replaced: 'either',
    },
    sibling: {
      cause: 'reload',
      branch: 'recycle',
      ...idleWorker,
      doing: ['idle', 'draining'],
      exits: stoppedExits,
      replaced: 'yes',
    },
  }),
  masterEvents: ['reload'],
};

/** The threads of a worker that has had its requests are waited for, without a heartbeat in gunicorn 23 and older. */
const duringMaxRequests: Fault = {
  id: 'timeout-draining-max-requests',
  happensIn: ({workerClass, major}) => workerClass === 'gthread' && major < 24,
  server: {timeoutSeconds, workers: 1, args: ['--max-requests', '5']},
  async cause({server, witness}) {
    void server.request(`${page}?s=60`);
    const pid = await server.waitForBegun(page);
    await pause(700);
    while (!/Autorestarting worker/.test(server.log())) {
      await server.request('/').answer;
      await pause(30);
    }

    await witness.waitForDeath(pid, deadlineMs);
    return [{pid, role: 'victim'}];
  },
  proof: (target, deaths) => [/Autorestarting worker/, ...saysTimeouts(target, deaths)],
  deaths: (target: Target) => ({
    victim: {
      ...overran,
      ...orBlocked(target, 'max-requests'),
      exits: [killedExit],
      replaced: 'yes',
      ...falseHint(target),
    },
  }),
};

/** The threads of a worker that was told to leave are waited for, and no heartbeat comes meanwhile. */
const duringReloadOfThreads: Fault = {
  ...duringReload,
  id: 'timeout-draining-reload-threads',
  happensIn: ({workerClass, major}) => workerClass === 'gthread' && major < 24,
  server: {timeoutSeconds},
  deaths: (target) => ({
    ...duringReload.deaths(target),
    victim: {...overran, ...orBlocked(target, 'reload'), exits: [killedExit, askedAgain], replaced: 'either'},
  }),
};

/** The oldest worker is told to leave, in the middle of a request that it does not get done in time. */
const duringScaleDown: Fault = {
  id: 'timeout-draining-scale-down',
  happensIn: ({workerClass}) => workerClass === 'sync',
  server: {timeoutSeconds, workers: 2},
  async cause({server, witness}) {
    const pids = server.workerPids();
    const oldest = Math.min(...pids);
    // One for each worker: which of them takes a request is not for us to choose.
    void server.request(`${page}?s=60`);
    void server.request(`${page}?s=60`);
    await waitFor('both to be busy', deadlineMs, () => server.begun(page).length === 2);
    await pause(300);
    server.signal('SIGTTOU');
    await Promise.all(pids.map((pid) => witness.waitForDeath(pid, deadlineMs)));
    return pids.map((pid) => ({pid, role: pid === oldest ? 'victim' : 'sibling'}));
  },
  proof: (target, deaths) => [/Handling signal: ttou/, ...saysTimeouts(target, deaths)],
  deaths: (target) => ({
    victim: {
      ...overran,
      // Without the log nobody can know of the order, nor which of two that ended together was not replaced.
      ...(target.log === 'file'
        ? {during: 'scale-down', replaced: 'no'}
        : {variants: ['draining', 'long-request'], replaced: 'either'}),
      exits: [...abortedExits(target, false), killedExit, askedAgain],
    },
    sibling: {
      ...overran,
      variants: ['long-request'],
      doing: ['request'],
      phase: ['handling-traffic'],
      // The end of the first makes the arbiter look again, and kill whoever it has aborted already.
      exits: [...abortedExits(target, false), killedExit],
      replaced: target.log === 'file' ? 'yes' : 'either',
    },
  }),
  masterEvents: ['scaled'],
};

export const overrunDrains: readonly Fault[] = [
  duringReload,
  duringReloadOfThreads,
  duringScaleDown,
  duringMaxRequests,
];
