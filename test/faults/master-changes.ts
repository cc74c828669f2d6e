import {setTimeout as pause} from 'node:timers/promises';
import {waitFor} from '../helpers/fault-wait.js';
import {hasBooted} from '../helpers/gunicorn-server.js';
import {childrenOf} from '../helpers/fault-processes.js';
import {everywhere, ofEveryVersion} from './class-facts.js';
import {idleWorker, stoppedExits} from './expectations.js';
import type {DeathExpectation, Fault, Stage} from './fault.js';

/** One master after another, for one service: by USR2, and by a supervisor. gunspect stays with the service. */

const deadlineMs = 15_000;
const workers = 2;
/** A verdict on a worker is settled this long after its death: what happens then can only revise it. */
const verdictSettledMs = 1800;

/** The second master of a USR2, a child of the first, once its workers have booted. */
async function upgrade({server}: Stage): Promise<void> {
  const known = server.workerPids();
  server.signal('SIGUSR2');
  await waitFor(
    'the second master',
    deadlineMs,
    () => childrenOf(server.pid).find((pid) => !known.includes(pid) && hasBooted(pid, workers)),
    server.log,
  );
}

async function stopFirst({server, witness}: Stage, pids: readonly number[]) {
  server.signal('SIGTERM');
  await Promise.all([...pids, server.pid].map((pid) => witness.waitForDeath(pid, deadlineMs)));
  return pids.map((pid) => ({pid, role: 'victim'}));
}

const stopped: Omit<DeathExpectation, 'cause' | 'branch'> = {
  ...idleWorker,
  doing: ['idle', 'draining'],
  exits: stoppedExits,
  replaced: 'no',
};

const upgraded: Fault = {
  id: 'upgrade',
  happensIn: everywhere,
  server: {workers},
  async cause(stage) {
    const pids = stage.server.workerPids();
    await upgrade(stage);
    // Both masters serve for a while: that is what the procedure is for.
    await pause(1000);
    const deaths = await stopFirst(stage, pids);
    // Long enough to attach to the second and to look at its workers.
    await pause(verdictSettledMs);
    return deaths;
  },
  proof: () => [/Handling signal: usr2/, /Handling signal: term/, /Shutting down: Master/],
  deaths: () => ({victim: {...stopped, cause: 'upgrade', branch: 'recycle', replaced: 'either'}}),
  masterEvents: ['upgrade', 'ended', 'back'],
};

const serviceRestart: Fault = {
  id: 'service-restart',
  happensIn: everywhere,
  server: {workers},
  watchBy: 'port',
  async cause(stage) {
    const deaths = await stopFirst(stage, stage.server.workerPids());
    await pause(verdictSettledMs);
    await stage.server.startAgain();
    await pause(verdictSettledMs);
    return deaths;
  },
  proof: () => [/Handling signal: term/, /Shutting down: Master/],
  deaths: () => ({
    victim: {...stopped, cause: 'service-restart', branch: 'platform', revisedFrom: 'shutdown', replaced: 'either'},
  }),
  masterEvents: ['ended', 'back'],
};

export const masterChanges: readonly Fault[] = [
  upgraded,
  {...upgraded, id: 'upgrade-by-port', happensIn: ofEveryVersion, watchBy: 'port'},
  {
    id: 'upgrade-unfinished',
    happensIn: ofEveryVersion,
    server: {workers},
    async cause(stage) {
      await upgrade(stage);
      await pause(3000);
      return [];
    },
    proof: () => [/Handling signal: usr2/],
    deaths: () => ({}),
    masterEvents: ['upgrade'],
  },
  // The second master cannot boot: it is gone within a second, and the first serves on.
  {
    id: 'upgrade-broken',
    happensIn: ofEveryVersion,
    server: {workers},
    async cause({server}) {
      server.breakBoot('import-error');
      server.signal('SIGUSR2');
      await server.waitForLog(/Handling signal: usr2/);
      await server.waitForLog(/Worker failed to boot/);
      await pause(1500);
      return [];
    },
    proof: () => [/No module named 'payments_client'/],
    deaths: () => ({}),
    masterEvents: ['upgrade'],
  },
  serviceRestart,
];
