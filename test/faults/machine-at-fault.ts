import {setTimeout as pause} from 'node:timers/promises';
import {mountDisk} from '../helpers/frozen-disk.js';
import {servesByTurns} from './class-facts.js';
import {abortedExits} from './timeouts.js';
import {falseHint, killedExit} from './expectations.js';
import type {Fault} from './fault.js';
import {saysSignal, saysTimeout} from './gunicorn-lines.js';

/** Timeouts of workers with which nothing is wrong: the machine did not let them run. */

/** A page that takes half a second of a processor gets a fiftieth of one. */
const starved: Fault = {
  id: 'timeout-cpu-starved',
  happensIn: (target) => target.workerClass === 'sync',
  needs: 'a control group of processors',
  server: {timeoutSeconds: 4, processorGroup: true},
  async cause({server, witness}) {
    void server.request('/spin?s=60');
    const pid = await server.waitForBegun('/spin');
    server.limitProcessors(0.02);
    await witness.waitForDeath(pid, 30_000);
    server.limitProcessors(2);
    return [{pid, role: 'victim'}];
  },
  proof: (_, deaths) => deaths.map(({pid}) => saysTimeout(pid)),
  deaths: (target) => ({
    victim: {
      cause: 'timeout',
      branch: 'runtime',
      variants: ['cpu-starved'],
      doing: ['request'],
      phase: ['handling-traffic'],
      pressure: ['cpu-first'],
      withoutTraffic: 'either',
      // With so little of a processor its own way out may take longer than the second until SIGKILL.
      exits: [...abortedExits(target, false), killedExit],
      replaced: 'yes',
      page: '/spin',
    },
  }),
};

/** A page writes to a disk that stands still. No signal ends that wait: the worker dies of its SIGKILL when the disk goes on. */
const onDisk: Fault = {
  id: 'timeout-disk',
  // In a thread it would keep nobody from the heartbeat.
  happensIn: (target) => target.workerClass === 'sync' || servesByTurns(target),
  needs: 'a disk to freeze',
  server: {timeoutSeconds: 3},
  async cause({server, witness}) {
    const disk = mountDisk(server.folder);
    try {
      disk.freeze();
      void server.request('/write');
      const pid = await server.waitForBegun('/write');
      await server.waitForLog(/WORKER TIMEOUT/);
      await pause(2500);
      disk.thaw();
      await witness.waitForDeath(pid, 10_000);
      return [{pid, role: 'victim'}];
    } finally {
      disk.remove();
    }
  },
  proof: (target, deaths) => deaths.flatMap(({pid}) => [saysTimeout(pid), saysSignal(target, pid, 'SIGKILL')]),
  deaths: (target) => ({
    victim: {
      cause: 'timeout',
      branch: 'runtime',
      variants: ['disk'],
      doing: ['request'],
      phase: ['handling-traffic'],
      pressure: ['timeout-first'],
      withoutTraffic: 'no',
      exits: [killedExit],
      replaced: 'yes',
      page: '/write',
      ...falseHint(target),
    },
  }),
};

export const machineAtFault: readonly Fault[] = [starved, onDisk];
