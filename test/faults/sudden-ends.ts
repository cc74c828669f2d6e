import {existsSync, renameSync} from 'node:fs';
import {waitFor} from '../helpers/fault-wait.js';
import type {WitnessedExit} from '../helpers/fault-witness.js';
import {everywhere, isUvicorn, ofEveryVersion} from './class-facts.js';
import {busyWith, cleanExit, endedAtOnceBy, falseHint, idleWorker, killedExit} from './expectations.js';
import type {Death, DeathExpectation, Fault, Stage, Target} from './fault.js';
import {saysCode, saysExiting, saysSignal} from './gunicorn-lines.js';

/** Workers that end from one moment to the next: killed, crashed, or left by Python. */

const deadlineMs = 10_000;

async function endOne({server, witness}: Stage, signal: NodeJS.Signals, pid: number): Promise<readonly Death[]> {
  server.signal(signal, pid);
  await witness.waitForDeath(pid, deadlineMs);
  return [{pid, role: 'victim'}];
}

/** Which worker takes the request is told by the first that dies of it. */
async function endByPage({server, witness}: Stage, address: string): Promise<readonly Death[]> {
  const pids = server.workerPids();
  void server.request(address);
  const {pid} = await Promise.any(pids.map((worker) => witness.waitForDeath(worker, deadlineMs)));
  return [{pid, role: 'victim'}];
}

function killed(target: Target): Omit<DeathExpectation, 'doing' | 'phase' | 'pressure'> {
  return {
    cause: 'killed',
    branch: 'runtime',
    withoutTraffic: 'yes',
    exits: [killedExit],
    replaced: 'yes',
    ...falseHint(target),
  };
}

const saysKilled: Fault['proof'] = (target, deaths) => deaths.map(({pid}) => saysSignal(target, pid, 'SIGKILL'));

const killIdle: Fault = {
  id: 'kill-idle',
  happensIn: everywhere,
  cause: (stage) => endOne(stage, 'SIGKILL', stage.server.workerPids()[0]!),
  proof: saysKilled,
  deaths: (target) => ({victim: {...killed(target), ...idleWorker}}),
};

const killBusy: Fault = {
  id: 'kill-busy',
  happensIn: everywhere,
  async cause(stage) {
    void stage.server.request('/sleep?s=60');
    const pid = await stage.server.waitForBegun('/sleep');
    // Busy for longer than any sampling interval, so that it can be seen.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return endOne(stage, 'SIGKILL', pid);
  },
  proof: saysKilled,
  deaths: (target) => ({victim: {...killed(target), ...busyWith('/sleep')}}),
};

const killAfterLogRotation: Fault = {
  ...killIdle,
  id: 'kill-after-log-rotation',
  happensIn: (target) => target.log === 'file' && ofEveryVersion(target),
  async cause(stage) {
    const {server} = stage;
    renameSync(server.logFile, `${server.logFile}.1`);
    server.signal('SIGUSR1');
    await waitFor('gunicorn to open its log anew', deadlineMs, () => existsSync(server.logFile));
    return endOne(stage, 'SIGKILL', server.workerPids()[0]!);
  },
};

function crash(id: string, address: string, signal: NodeJS.Signals, core = false): Fault {
  const page = address.split('?')[0]!;
  const isSlow = address.includes('after=');
  return {
    id,
    happensIn: everywhere,
    cause: (stage) => endByPage(stage, address),
    proof: (target, deaths) => deaths.map(({pid}) => saysSignal(target, pid, signal, core)),
    deaths: (target) => ({
      victim: {
        cause: 'crash',
        // uvicorn has no handler for SIGABRT: it may have been sent.
        orHonestly: signal === 'SIGABRT' && isUvicorn(target) ? ['unknown'] : [],
        branch: 'runtime',
        ...endedAtOnceBy(page),
        ...(isSlow ? busyWith(page) : {}),
        exits: [{signal, core}],
        replaced: 'yes',
      },
    }),
  };
}

function appExit(id: string, address: string, exits: readonly WitnessedExit[], more: Partial<Fault>): Fault {
  return {
    id,
    happensIn: everywhere,
    cause: (stage) => endByPage(stage, address),
    proof: () => [],
    deaths: (target) => ({
      victim: {
        cause: 'app-exit',
        // gunicorn 20.1 writes nothing about a worker's exit code.
        orHonestly: target.major < 21 ? ['unknown'] : [],
        branch: 'runtime',
        ...endedAtOnceBy(address.split('?')[0]!),
        exits,
        replaced: 'yes',
      },
    }),
    ...more,
  };
}

/**
 * In the other versions and classes the request fails and the worker lives on: see `no-fault.ts`. It waits half a second
 * because in threads of gunicorn 23 and older a request that ends at once can still end the worker: the callback that
 * meets its SystemExit runs in the main thread when the request was over before the callback was attached.
 */
export const sysExitPage = '/sys-exit?code=7&after=0.5';

export function sysExitEndsWorker({workerClass, major}: Target): boolean {
  switch (workerClass) {
    case 'sync':
      return major < 22;
    case 'gthread':
      return major >= 24;
    case 'asgi':
      return true;
    case 'gevent':
    case 'uvicorn':
      return false;
  }
}

/** An exception in the worker's own loop, not in a request: gunicorn prints it and leaves with 255. */
const brokenLoop = appExit('broken-loop', '/break-loop', [{code: 255}], {
  happensIn: ofEveryVersion,
  proof: (target, deaths) => [
    /Exception in worker process/,
    ...deaths.flatMap(({pid}) => [saysExiting(pid), ...saysCode(target, pid, 255)]),
  ],
});

const osExitZero = appExit('os-exit-0', '/exit?code=0', [cleanExit], {});

export const suddenEnds: readonly Fault[] = [
  killIdle,
  killBusy,
  killAfterLogRotation,
  crash('segfault', '/segfault', 'SIGSEGV'),
  {
    ...crash('segfault-core', '/segfault?core=1&after=1', 'SIGSEGV', true),
    happensIn: ofEveryVersion,
    needs: 'core files',
  },
  crash('abort', '/abort?after=1', 'SIGABRT'),
  appExit('os-exit-7', '/exit?code=7', [{code: 7}], {
    proof: (target, deaths) => deaths.flatMap(({pid}) => saysCode(target, pid, 7)),
  }),
  {
    ...osExitZero,
    deaths: (target) => ({victim: {...osExitZero.deaths(target).victim!, orHonestly: ['clean-exit', 'unknown']}}),
  },
  brokenLoop,
  appExit('sys-exit-7', sysExitPage, [{code: 7}], {
    happensIn: sysExitEndsWorker,
    proof: (target, deaths) => deaths.flatMap(({pid}) => [saysExiting(pid), ...saysCode(target, pid, 7)]),
  }),
];
