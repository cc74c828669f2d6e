import {abortedLoopExit, saysAborted, servesByTurns} from './class-facts.js';
import {falseHint} from './expectations.js';
import type {Fault} from './fault.js';
import {saysTimeout} from './gunicorn-lines.js';

/** Requests that keep a loop, or a hub, from all others and from the heartbeat. */

function blocks(id: string, address: string, pressure: readonly string[]): Fault {
  const page = address.split('?')[0]!;
  return {
    id,
    happensIn: servesByTurns,
    server: {timeoutSeconds: 3},
    async cause({server, witness}) {
      void server.request(address);
      const pid = await server.waitForBegun(page);
      await witness.waitForDeath(pid, 15_000);
      return [{pid, role: 'victim'}];
    },
    proof: (target, deaths) => deaths.flatMap(({pid}) => [saysTimeout(pid), saysAborted(target, pid)]),
    deaths: (target) => {
      const exit = abortedLoopExit(target);
      return {
        victim: {
          cause: 'timeout',
          branch: 'runtime',
          variants: ['loop-blocked'],
          doing: ['request'],
          phase: ['handling-traffic'],
          pressure,
          withoutTraffic: 'no',
          exits: [exit],
          replaced: 'yes',
          page,
          ...('signal' in exit && exit.signal === 'SIGKILL' ? falseHint(target) : {}),
        },
      };
    },
  };
}

export const blockedLoops: readonly Fault[] = [
  blocks('timeout-loop-blocked', '/block', ['timeout-first']),
  {...blocks('timeout-loop-spins', '/spin?s=60', ['timeout-first', 'cpu-first']), isHeavy: true},
];
