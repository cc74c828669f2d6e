import {setTimeout as pause} from 'node:timers/promises';
import {startLightTraffic} from '../../source/demo/light-traffic.js';
import {servesByTurns} from './class-facts.js';
import type {Fault, Stage, Target} from './fault.js';
import {sysExitEndsWorker, sysExitPage} from './sudden-ends.js';

/** What ends no worker and must not be called a fault: health, and things that look like trouble and are none. */

function nothingEnds(id: string, cause: (stage: Stage) => Promise<unknown>, more: Partial<Fault> = {}): Fault {
  return {
    id,
    happensIn: () => true,
    async cause(stage) {
      await cause(stage);
      return [];
    },
    proof: () => [],
    deaths: () => ({}),
    ...more,
  };
}

const isThreaded = (target: Target) => target.workerClass === 'gthread';
const healthyMs = 8000;

export const noFault: readonly Fault[] = [
  nothingEnds('healthy-idle', () => pause(healthyMs), {server: {timeoutSeconds: 4}}),
  nothingEnds(
    'healthy-loaded',
    async ({server}) => {
      const page = `http://127.0.0.1:${server.port}`;
      const traffic = startLightTraffic([`${page}/`, `${page}/sleep?s=0.05`, `${page}/sleep?s=0.4`], 12);
      await pause(healthyMs);
      traffic.stop();
    },
    {server: {timeoutSeconds: 4}},
  ),
  nothingEnds(
    'app-raises',
    async ({server}) => {
      await server.request('/raise').answer;
      await server.request('/raise').answer;
    },
    {proof: () => [/RuntimeError: the page was asked to raise/]},
  ),
  nothingEnds(
    'sys-exit-survived',
    async ({server}) => {
      // In threads of gunicorn 23 and older the client never gets an answer.
      await Promise.race([server.request(sysExitPage).answer, pause(2000)]);
    },
    {
      happensIn: (target) => !sysExitEndsWorker(target),
      // gevent's worker swallows it without a word.
      proof: ({workerClass}) => (workerClass === 'gevent' ? [] : [/SystemExit: 7/]),
    },
  ),
  nothingEnds(
    'long-request-in-thread',
    async ({server}) => {
      await server.request('/sleep?s=6').answer;
    },
    {happensIn: isThreaded, server: {timeoutSeconds: 3}},
  ),
  nothingEnds(
    'silent-client-of-threads',
    async ({server}) => {
      await server.hold();
      await pause(6000);
    },
    {happensIn: isThreaded, server: {timeoutSeconds: 3}},
  ),
  nothingEnds(
    'long-request-awaited',
    async ({server}) => {
      await server.request('/sleep?s=6').answer;
    },
    {happensIn: servesByTurns, server: {timeoutSeconds: 3}},
  ),
  nothingEnds(
    'silent-client-of-a-loop',
    async ({server}) => {
      await server.hold();
      await pause(6000);
    },
    {happensIn: servesByTurns, server: {timeoutSeconds: 3}},
  ),
  nothingEnds(
    'scale-up',
    async ({server}) => {
      server.signal('SIGTTIN');
      await server.waitForWorkers(3);
    },
    {proof: () => [/Handling signal: ttin/], masterEvents: ['scaled']},
  ),
];
