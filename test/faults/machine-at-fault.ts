import {abortedExits} from './timeouts.js';
import {killedExit} from './expectations.js';
import type {Fault} from './fault.js';
import {saysTimeout} from './gunicorn-lines.js';

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

export const machineAtFault: readonly Fault[] = [starved];
