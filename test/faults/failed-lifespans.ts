import {killedWorker, newborn} from './failed-boots.js';
import {cleanExit, idleWorker, stoppedExits} from './expectations.js';
import type {Death, Fault} from './fault.js';

/** An ASGI app whose start fails, after its import went well: gunicorn's own class tried again for ever up to 26, and now gives up as uvicorn does. */

const deadlineMs = 20_000;
const failure = /Application startup failed|ASGI lifespan startup failed/;

const tryingAgain: Fault = {
  id: 'lifespan-failed-loop',
  happensIn: ({workerClass, major}) => workerClass === 'asgi' && major < 27,
  server: {args: ['--asgi-lifespan', 'on']},
  async cause({server, witness}) {
    const before = server.workerPids();
    const killed = before[0]!;
    server.breakLifespan(true);
    server.signal('SIGKILL', killed);
    const first = await witness.waitForBirth(before, deadlineMs);
    await witness.waitForDeath(first.pid, deadlineMs);
    const second = await witness.waitForBirth([...before, first.pid], deadlineMs);
    await witness.waitForDeath(second.pid, deadlineMs);
    server.breakLifespan(false);
    await server.waitForWorkers(2);
    const newborns = witness.deaths().filter((life) => life.pid !== killed);
    return [{pid: killed, role: 'killed'}, ...newborns.map((life): Death => ({pid: life.pid, role: 'newborn'}))];
  },
  proof: () => [failure],
  deaths: (target) => ({
    killed: killedWorker(target),
    newborn: {cause: 'boot-error', orHonestly: [], ...newborn, exits: [cleanExit], replaced: 'either'},
  }),
  mayMiss: ['newborn'],
};

const givingUp: Fault = {
  id: 'lifespan-failed',
  happensIn: ({workerClass, major}) => workerClass === 'uvicorn' || (workerClass === 'asgi' && major >= 27),
  server: {workers: 3},
  async cause({server, witness}) {
    const before = server.workerPids();
    const [killed, ...siblings] = before;
    server.breakLifespan(true);
    server.signal('SIGKILL', killed);
    const {pid} = await witness.waitForBirth(before, deadlineMs);
    await Promise.all([killed!, pid, ...siblings, server.pid].map((each) => witness.waitForDeath(each, deadlineMs)));
    return [
      {pid: killed!, role: 'killed'},
      {pid, role: 'newborn'},
      ...siblings.map((sibling): Death => ({pid: sibling, role: 'sibling'})),
    ];
  },
  proof: () => [failure, /Reason: Worker failed to boot\./],
  deaths: (target) => ({
    killed: killedWorker(target),
    newborn: {cause: 'boot-error', ...newborn, exits: [{code: 3}], replaced: 'no'},
    sibling: {
      cause: 'gave-up',
      ...idleWorker,
      branch: 'boot',
      doing: ['idle', 'draining'],
      exits: stoppedExits,
      replaced: 'no',
    },
  }),
  mayMiss: ['newborn'],
  masterEvents: ['gave-up'],
};

export const failedLifespans: readonly Fault[] = [tryingAgain, givingUp];
