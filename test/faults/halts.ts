import {cleanExit, endedAtOnceBy, idleWorker} from './expectations.js';
import type {Death, Fault} from './fault.js';
import {saysCode, saysExiting} from './gunicorn-lines.js';
import {sysExitEndsWorker} from './sudden-ends.js';

/** A page that ends its worker with the exit code of a failed boot: gunicorn gives up although all had booted. */

const deadlineMs = 15_000;

const sysExitThree: Fault = {
  id: 'sys-exit-3',
  happensIn: sysExitEndsWorker,
  server: {workers: 3},
  async cause({server, witness}) {
    const pids = server.workerPids();
    void server.request('/sys-exit?code=3&after=0.5');
    const culprit = await server.waitForBegun('/sys-exit');
    await Promise.all([...pids, server.pid].map((pid) => witness.waitForDeath(pid, deadlineMs)));
    return pids.map((pid): Death => ({pid, role: pid === culprit ? 'victim' : 'sibling'}));
  },
  proof: (target, deaths) => [
    /Worker failed to boot/,
    ...deaths.filter(({role}) => role === 'victim').flatMap(({pid}) => [saysExiting(pid), ...saysCode(target, pid, 3)]),
  ],
  deaths: () => ({
    victim: {
      cause: 'app-exit',
      branch: 'runtime',
      ...endedAtOnceBy('/sys-exit'),
      exits: [{code: 3}],
      replaced: 'no',
    },
    sibling: {
      cause: 'gave-up',
      ...idleWorker,
      branch: 'runtime',
      doing: ['idle', 'draining'],
      withoutTraffic: 'no',
      exits: [cleanExit, {signal: 'SIGTERM', core: false}],
      replaced: 'no',
    },
  }),
  masterEvents: ['gave-up'],
};

export const halts: readonly Fault[] = [sysExitThree];
