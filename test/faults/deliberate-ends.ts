import {utimesSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {startLightTraffic} from '../../source/demo/light-traffic.js';
import {everywhere, isUvicorn, ofEveryVersion} from './class-facts.js';
import {cleanExit, idleWorker, killedExit, stoppedExits} from './expectations.js';
import type {Death, DeathExpectation, Fault, Stage} from './fault.js';
import {saysExiting, saysSignal} from './gunicorn-lines.js';

/** Ends that someone wanted: recycling, reload, scaling, and the end of the master, wanted or not. */

const deadlineMs = 15_000;
const victims = (pids: readonly number[]): readonly Death[] => pids.map((pid) => ({pid, role: 'victim'}));

async function allDie({witness}: Stage, pids: readonly number[]): Promise<readonly Death[]> {
  await Promise.all(pids.map((pid) => witness.waitForDeath(pid, deadlineMs)));
  return victims(pids);
}

const saysRecycling = /\[(\d+)\] \[\w+\] (?:Autorestarting worker after current request|Maximum request limit of)/g;

const maxRequests: Fault = {
  id: 'max-requests',
  happensIn: everywhere,
  server: {args: ['--max-requests', '8']},
  async cause(stage) {
    const {server} = stage;
    const recycled = () => [...new Set([...server.log().matchAll(saysRecycling)].map(([, pid]) => Number(pid)))];
    while (recycled().length === 0) {
      await server.request('/').answer;
      await pause(30);
    }

    // Where requests go to each worker in turn, both may have come to their limit.
    await pause(300);
    return allDie(stage, recycled());
  },
  proof: (_, deaths) => deaths.map(({pid}) => saysExiting(pid)),
  deaths: () => ({
    victim: {
      cause: 'max-requests',
      branch: 'recycle',
      doing: ['request', 'draining', 'unknown'],
      phase: ['handling-traffic', 'unknown'],
      pressure: ['neither', 'unknown'],
      withoutTraffic: 'no',
      exits: [cleanExit],
      replaced: 'yes',
      page: '/',
    },
  }),
};

const reloaded: DeathExpectation = {
  cause: 'reload',
  branch: 'recycle',
  ...idleWorker,
  doing: ['idle', 'draining'],
  exits: stoppedExits,
  replaced: 'yes',
};

const reloadIdle: Fault = {
  id: 'reload-idle',
  happensIn: everywhere,
  async cause(stage) {
    const pids = stage.server.workerPids();
    stage.server.signal('SIGHUP');
    return allDie(stage, pids);
  },
  proof: () => [/Handling signal: hup/, /Hang up: Master/],
  deaths: () => ({victim: reloaded}),
  masterEvents: ['reload'],
};

const reloadBusy: Fault = {
  ...reloadIdle,
  id: 'reload-busy',
  async cause(stage) {
    const {server} = stage;
    const traffic = startLightTraffic([`http://127.0.0.1:${server.port}/sleep?s=0.2`], 10);
    try {
      await pause(1500);
      const pids = server.workerPids();
      server.signal('SIGHUP');
      const deaths = await allDie(stage, pids);
      await server.waitForWorkers(2);
      return deaths;
    } finally {
      traffic.stop();
    }
  },
  deaths: () => ({
    victim: {
      ...reloaded,
      doing: ['request', 'idle', 'draining', 'reading-request', 'unknown'],
      phase: ['handling-traffic', 'waiting', 'unknown'],
      page: '/sleep',
    },
  }),
};

/**
 * gunicorn 23 and older ask every second again whoever is too many; a worker whose handlers are gone already then ends by
 * the signal, and gunicorn calls it an error.
 */
const reloadLingering: Fault = {
  ...reloadIdle,
  id: 'reload-lingering',
  happensIn: ofEveryVersion,
  async cause(stage) {
    const {server} = stage;
    const pids = server.workerPids();
    const asked = new Set<number>();
    while (asked.size < pids.length) {
      const answer = await server.request('/linger?s=2.5').answer;
      if (answer.kind === 'answer' && answer.workerPid !== undefined) {
        asked.add(answer.workerPid);
      }
    }

    server.signal('SIGHUP');
    return allDie(stage, pids);
  },
  proof: (target, deaths) => [
    /Hang up: Master/,
    ...(target.major < 24 ? deaths.map(({pid}) => saysSignal(target, pid, 'SIGTERM')) : []),
  ],
  deaths: (target) => ({
    victim: {...reloaded, exits: target.major < 24 ? [{signal: 'SIGTERM', core: false}] : [cleanExit]},
  }),
};

const codeReload: Fault = {
  id: 'code-reload',
  // uvicorn's loop does not look whether its worker still wants to live.
  happensIn: (target) => !isUvicorn(target),
  // The engine that needs no package. Each worker looks for itself, once a second.
  server: {args: ['--reload', '--reload-engine', 'poll']},
  async cause(stage) {
    const {server} = stage;
    const pids = server.workerPids();
    const soon = new Date(Date.now() + 1000);
    utimesSync(join(server.folder, 'fault_app.py'), soon, soon);
    return allDie(stage, pids);
  },
  proof: (_, deaths) =>
    deaths.map(({pid}) => new RegExp(`\\[${pid}\\] \\[INFO\\] Worker reloading: .*fault_app\\.py modified`)),
  deaths: () => ({victim: {...reloaded, cause: 'code-reload', exits: [cleanExit]}}),
};

const scaleDown: Fault = {
  id: 'scale-down',
  happensIn: everywhere,
  server: {workers: 3},
  async cause(stage) {
    // The oldest goes.
    const oldest = stage.server.workerPids().toSorted((one, other) => one - other)[0]!;
    stage.server.signal('SIGTTOU');
    return allDie(stage, [oldest]);
  },
  proof: () => [/Handling signal: ttou/],
  deaths: () => ({victim: {...reloaded, cause: 'scale-down', replaced: 'no'}}),
  masterEvents: ['scaled'],
};

function masterEnds(id: string, signal: NodeJS.Signals, event: string, expectation: DeathExpectation): Fault {
  return {
    id,
    happensIn: everywhere,
    // A sync worker looks for its parent every half timeout.
    server: {timeoutSeconds: 4},
    cause(stage) {
      const pids = stage.server.workerPids();
      stage.server.signal(signal);
      return allDie(stage, pids);
    },
    proof: (_, deaths) =>
      signal === 'SIGKILL'
        ? deaths.map(({pid}) => new RegExp(`\\[${pid}\\] \\[INFO\\] Parent changed, shutting down`))
        : [new RegExp(`Handling signal: ${signal.slice(3).toLowerCase()}`), /Shutting down: Master/],
    deaths: () => ({victim: {...expectation, replaced: 'no'}}),
    masterEvents: [event],
  };
}

const shutDown: DeathExpectation = {...reloaded, cause: 'shutdown', branch: 'platform'};

/** As a service manager stops a whole control group, or a terminal its foreground group: everybody at once. */
const groupEnds: Fault = {
  ...masterEnds('group-term', 'SIGTERM', 'ended', shutDown),
  cause(stage) {
    const {server} = stage;
    const pids = server.workerPids();
    for (const pid of [server.pid, ...pids]) {
      server.signal('SIGTERM', pid);
    }

    return allDie(stage, pids);
  },
};

/** As it kills it when its patience is over. Nothing is left that could say a word. */
const groupKilled: Fault = {
  ...groupEnds,
  id: 'group-kill',
  happensIn: ofEveryVersion,
  cause(stage) {
    const {server} = stage;
    const pids = server.workerPids();
    for (const pid of [server.pid, ...pids]) {
      server.signal('SIGKILL', pid);
    }

    return allDie(stage, pids);
  },
  proof: () => [],
  deaths: () => ({
    victim: {...shutDown, cause: 'killed', branch: 'runtime', doing: ['idle'], exits: [killedExit], replaced: 'no'},
  }),
  // Only a log that has shown something since the attach could tell that the farewell is missing.
  masterEvents: ['ended'],
};

export const deliberateEnds: readonly Fault[] = [
  maxRequests,
  reloadIdle,
  reloadBusy,
  reloadLingering,
  codeReload,
  scaleDown,
  masterEnds('master-term', 'SIGTERM', 'ended', shutDown),
  {
    ...masterEnds('master-int', 'SIGINT', 'ended', {...shutDown, exits: [...stoppedExits, killedExit]}),
    // The SIGQUIT that its workers get has no effect on uvicorn's.
    happensIn: (target) => !isUvicorn(target),
  },
  groupEnds,
  groupKilled,
  {
    ...masterEnds('master-kill', 'SIGKILL', 'lost', {...shutDown, cause: 'master-lost', exits: [cleanExit]}),
    // uvicorn serves on without its master.
    happensIn: (target) => !isUvicorn(target),
  },
];
