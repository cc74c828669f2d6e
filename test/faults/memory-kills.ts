import {setTimeout as pause} from 'node:timers/promises';
import {ofEveryVersion} from './class-facts.js';
import {busyWith, endedAtOnceBy, killedExit} from './expectations.js';
import type {DeathExpectation, Fault} from './fault.js';
import {saysSignal} from './gunicorn-lines.js';

/** Workers that the kernel kills because their control group has no memory left. */

const deadlineMs = 15_000;

function outOfMemory(
  id: string,
  leak: (request: (megabytes: number) => Promise<void>) => Promise<void>,
  more: Partial<DeathExpectation>,
): Fault {
  return {
    id,
    happensIn: ofEveryVersion,
    needs: 'a control group of memory',
    server: {memoryLimitMegabytes: 160},
    async cause({server, witness}) {
      const pids = server.workerPids();
      const gone = Promise.any(pids.map((pid) => witness.waitForDeath(pid, deadlineMs)));
      let isOver = false;
      void gone.then(() => (isOver = true));
      await leak(async (megabytes) => {
        if (!isOver) {
          await server.request(`/leak?mb=${megabytes}`).answer;
        }
      });
      const {pid} = await gone;
      return [{pid, role: 'victim'}];
    },
    proof: (target, deaths) => deaths.map(({pid}) => saysSignal(target, pid, 'SIGKILL')),
    deaths: () => ({
      victim: {
        cause: 'out-of-memory',
        branch: 'runtime',
        ...endedAtOnceBy('/leak'),
        pressure: ['memory-first', 'unknown'],
        exits: [killedExit],
        replaced: 'yes',
        ...more,
      },
    }),
  };
}

export const memoryKills: readonly Fault[] = [
  outOfMemory('out-of-memory-at-once', (request) => request(300), {}),
  outOfMemory(
    'out-of-memory-climb',
    async (request) => {
      for (let step = 0; step < 30; step++) {
        await request(8);
        await pause(400);
      }
    },
    {
      ...busyWith('/leak'),
      doing: ['request', 'idle', 'unknown'],
      phase: ['handling-traffic', 'waiting', 'unknown'],
      pressure: ['memory-first'],
    },
  ),
];
