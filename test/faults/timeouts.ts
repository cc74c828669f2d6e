import {requestText} from '../helpers/fault-request.js';
import type {WitnessedExit} from '../helpers/fault-witness.js';
import {isUvicorn} from './class-facts.js';
import {cleanExit, falseHint, killedExit} from './expectations.js';
import type {Death, DeathExpectation, Fault, Stage, Target} from './fault.js';
import {saysSignal, saysTimeout} from './gunicorn-lines.js';
import {isSameExit} from './prove.js';

/** Every way to let a heartbeat fall silent until gunicorn's arbiter kills the worker. */

const timeoutSeconds = 3;
const deadlineMs = 15_000;
const isSync = (target: Target) => target.workerClass === 'sync';

/**
 * How a sync worker ends when its abort handler runs (gunicorn 21 and older leave with 1; 22 and newer answer 500 and
 * leave with 0; 26 and newer linger for the client's end of the connection, and are killed if that takes too long).
 */
export function abortedExits(target: Target, clientHolds: boolean): readonly WitnessedExit[] {
  if (target.major < 22) {
    return [{code: 1}];
  }

  return target.major >= 26 && clientHolds ? [killedExit] : [cleanExit];
}

function timeoutIn(page: string, target: Target, exits: readonly WitnessedExit[]): DeathExpectation {
  return {
    cause: 'timeout',
    branch: 'runtime',
    variants: [isSync(target) ? 'long-request' : 'loop-blocked'],
    doing: ['request'],
    phase: ['handling-traffic'],
    pressure: ['timeout-first'],
    withoutTraffic: 'no',
    exits,
    replaced: 'yes',
    page,
    ...(exits.some((exit) => isSameExit(exit, killedExit)) ? falseHint(target) : {}),
  };
}

async function timeOutIn({server, witness}: Stage, page: string): Promise<readonly Death[]> {
  const pid = await server.waitForBegun(page);
  await witness.waitForDeath(pid, deadlineMs);
  return [{pid, role: 'victim'}];
}

const saysTimeouts: Fault['proof'] = (_, deaths) => deaths.map(({pid}) => saysTimeout(pid));

/** A page that keeps a sync worker from its heartbeat although signal handlers still run. */
function slowPage(id: string, address: string, pressure: readonly string[] = ['timeout-first']): Fault {
  const page = address.split('?')[0]!;
  return {
    id,
    happensIn: isSync,
    server: {timeoutSeconds},
    cause(stage) {
      void stage.server.request(address);
      return timeOutIn(stage, page);
    },
    proof: saysTimeouts,
    deaths: (target) => ({victim: {...timeoutIn(page, target, abortedExits(target, false)), pressure}}),
  };
}

const heldBySleep: Fault = {
  ...slowPage('timeout-sleep-client-holds', '/sleep?s=60'),
  async cause(stage) {
    await stage.server.hold(requestText('/sleep?s=60'));
    return timeOutIn(stage, '/sleep');
  },
  deaths: (target) => ({victim: timeoutIn('/sleep', target, abortedExits(target, true))}),
};

const clientGone: Fault = {
  ...slowPage('timeout-sleep-client-gone', '/sleep?s=60'),
  async cause(stage) {
    const request = stage.server.request('/sleep?s=60');
    await stage.server.waitForBegun('/sleep');
    request.abort();
    return timeOutIn(stage, '/sleep');
  },
};

/** uvicorn has no handler that would have to run first. */
const signalInC = (target: Target): NodeJS.Signals => (isUvicorn(target) ? 'SIGABRT' : 'SIGKILL');

/** C code that keeps the interpreter lock stops the heartbeat of every class, and no handler can run. */
const inCCode: Fault = {
  ...slowPage('timeout-c-code', '/c-spin?s=60'),
  happensIn: () => true,
  isHeavy: true,
  proof: (target, deaths) => deaths.flatMap(({pid}) => [saysTimeout(pid), saysSignal(target, pid, signalInC(target))]),
  deaths: (target) => ({
    victim: {
      ...timeoutIn('/c-spin', target, [{signal: signalInC(target), core: false}]),
      pressure: ['timeout-first', 'cpu-first'],
    },
  }),
};

const silentClient: Fault = {
  id: 'timeout-silent-client',
  happensIn: isSync,
  server: {timeoutSeconds},
  async cause({server, witness}) {
    await server.hold();
    const [, pid] = await server.waitForLog(/WORKER TIMEOUT \(pid:(\d+)\)/);
    await witness.waitForDeath(Number(pid), deadlineMs);
    return [{pid: Number(pid), role: 'victim'}];
  },
  proof: saysTimeouts,
  deaths: (target) => ({
    victim: {
      cause: 'timeout',
      branch: 'runtime',
      variants: ['silent-client'],
      doing: ['reading-request'],
      phase: ['waiting'],
      pressure: ['timeout-first'],
      withoutTraffic: 'no',
      exits: abortedExits(target, true),
      replaced: 'yes',
      ...(target.major >= 26 ? falseHint(target) : {}),
    },
  }),
};

const stopped: Fault = {
  id: 'timeout-stopped',
  happensIn: () => true,
  server: {timeoutSeconds},
  async cause({server, witness}) {
    const pid = server.workerPids()[0]!;
    server.signal('SIGSTOP', pid);
    await witness.waitForDeath(pid, deadlineMs);
    return [{pid, role: 'victim'}];
  },
  proof: (target, deaths) => deaths.flatMap(({pid}) => [saysTimeout(pid), saysSignal(target, pid, 'SIGKILL')]),
  deaths: (target) => ({
    victim: {
      cause: 'timeout',
      branch: 'runtime',
      variants: ['stopped'],
      doing: ['stopped'],
      phase: ['waiting'],
      pressure: ['timeout-first', 'neither'],
      withoutTraffic: 'yes',
      exits: [killedExit],
      replaced: 'yes',
      ...falseHint(target),
    },
  }),
};

/** With two binds a sync worker notifies only between requests, so that a request has less than the timeout. */
const twoBinds: Fault = {
  ...slowPage('timeout-two-binds', '/sleep?s=60'),
  server: {timeoutSeconds: 4, args: ['--bind', '127.0.0.1:0']},
};

export const timeouts: readonly Fault[] = [
  twoBinds,
  slowPage('timeout-sleep', '/sleep?s=60'),
  heldBySleep,
  clientGone,
  {...slowPage('timeout-spin', '/spin?s=60', ['timeout-first', 'cpu-first']), isHeavy: true},
  slowPage('timeout-upstream', '/upstream'),
  slowPage('timeout-after-headers', '/trickle?s=60'),
  inCCode,
  silentClient,
  stopped,
];
