import {waitFor} from '../helpers/fault-wait.js';
import {everywhere, ofEveryVersion} from './class-facts.js';
import {falseHint, idleWorker, killedExit, stoppedExits} from './expectations.js';
import type {Death, DeathExpectation, Fault, Stage, Target} from './fault.js';
import {saysCode, saysExiting} from './gunicorn-lines.js';

/**
 * An app that is broken while gunicorn runs, and one worker killed: the worker that should replace it cannot boot,
 * gunicorn gives up, and the workers that were well go down with it.
 */

const deadlineMs = 20_000;

export function killedWorker(target: Target): DeathExpectation {
  return {
    cause: 'killed',
    branch: 'runtime',
    ...idleWorker,
    exits: [killedExit],
    replaced: 'either',
    ...falseHint(target),
  };
}

export const newborn = {
  branch: 'boot',
  doing: ['booting'],
  phase: ['starting-up'],
  pressure: ['neither', 'unknown'],
  withoutTraffic: 'yes',
} as const satisfies Partial<DeathExpectation>;

/** Kills one worker of an app that is broken by then; resolves when it is gone and the first that should replace it is born. */
export async function killAndBreak({server, witness}: Stage, plan: string): Promise<{killed: number; newborn: number}> {
  const known = server.workerPids();
  const killed = known[0]!;
  server.breakBoot(plan);
  server.signal('SIGKILL', killed);
  const life = await witness.waitForBirth(known, deadlineMs);
  await witness.waitForDeath(killed, deadlineMs);
  return {killed, newborn: life.pid};
}

/** `line` is what gunicorn's log holds of it; `code` how the worker that could not boot ends (3, or 4 for no such app). */
function givesUp(id: string, plan: string, line: RegExp, code: 3 | 4): Fault {
  return {
    id,
    happensIn: ofEveryVersion,
    server: {workers: 3},
    async cause(stage) {
      const siblings = stage.server.workerPids().slice(1);
      const {killed, newborn: pid} = await killAndBreak(stage, plan);
      await Promise.all(
        [pid, ...siblings, stage.server.pid].map((each) => stage.witness.waitForDeath(each, deadlineMs)),
      );
      return [
        {pid: killed, role: 'killed'},
        {pid, role: 'newborn'},
        ...siblings.map((sibling): Death => ({pid: sibling, role: 'sibling'})),
      ];
    },
    proof: (_, deaths) => [
      line,
      code === 3 ? /Reason: Worker failed to boot\./ : /Reason: App failed to load\./,
      ...deaths.filter(({role}) => role === 'newborn').map(({pid}) => saysExiting(pid)),
    ],
    deaths: (target) => ({
      killed: killedWorker(target),
      newborn: {cause: 'boot-error', ...newborn, exits: [{code}], replaced: 'no'},
      sibling: {
        cause: 'gave-up',
        ...idleWorker,
        branch: 'boot',
        doing: ['idle', 'draining'],
        exits: stoppedExits,
        replaced: 'no',
      },
    }),
    masterEvents: ['gave-up'],
  };
}

/** Leaving while importing, but for 3 and 4, does not make gunicorn give up: it tries again at once, until the app is mended. */
const bootExitLoop: Fault = exitsWhileBooting('boot-exit-loop', 'sleep 0.8; sys-exit 1', 1);

/** `os._exit` leaves no "Worker exiting" behind: nothing but the code is said of it. */
const osExitLoop: Fault = {
  ...exitsWhileBooting('boot-os-exit-loop', 'sleep 0.8; os-exit 9', 9),
  proof: (target, deaths) => deaths.filter(({role}) => role === 'newborn').flatMap(({pid}) => saysCode(target, pid, 9)),
};

function exitsWhileBooting(id: string, plan: string, code: number): Fault {
  return {
    id,
    happensIn: ofEveryVersion,
    async cause(stage) {
      const {server, witness} = stage;
      const before = server.workerPids();
      const {killed, newborn: pid} = await killAndBreak(stage, plan);
      await witness.waitForDeath(pid, deadlineMs);
      const second = await witness.waitForBirth([...before, pid], deadlineMs);
      await witness.waitForDeath(second.pid, deadlineMs);
      server.breakBoot('');
      await server.waitForWorkers(2);
      const newborns = witness.deaths().filter((life) => life.pid !== killed);
      return [{pid: killed, role: 'killed'}, ...newborns.map((life): Death => ({pid: life.pid, role: 'newborn'}))];
    },
    proof: (_, deaths) => deaths.filter(({role}) => role === 'newborn').map(({pid}) => saysExiting(pid)),
    deaths: (target) => ({
      killed: killedWorker(target),
      newborn: {cause: 'boot-exit', orHonestly: ['unknown'], ...newborn, exits: [{code}], replaced: 'either'},
    }),
  };
}

/**
 * Every worker says so before it fails; whoever only looks on may miss one. One that is dead before its master has noted
 * its pid is counted as alive for ever (arbiter.py spawn_worker): they take a moment to fail.
 */
async function loopsAtOnce(stage: Stage): Promise<readonly Death[]> {
  const {server} = stage;
  const booted = () => [...server.log().matchAll(/Booting worker with pid: (\d+)/g)].map(([, pid]) => Number(pid));
  const first = booted();
  const {killed} = await killAndBreak(stage, 'sleep 0.03; os-exit 9');
  await waitFor('eight failed boots', deadlineMs, () => booted().length - first.length > 8);
  server.breakBoot('');
  const living = await server.waitForWorkers(2);
  const newborns = booted().filter((pid) => !first.includes(pid) && !living.includes(pid));
  return [{pid: killed, role: 'killed'}, ...newborns.map((pid): Death => ({pid, role: 'newborn'}))];
}

export const failedBoots: readonly Fault[] = [
  {
    ...givesUp(
      'boot-import-error',
      'sleep 1; import-error',
      /ModuleNotFoundError: No module named 'payments_client'/,
      3,
    ),
    happensIn: everywhere,
  },
  givesUp('boot-missing-env', 'sleep 1; missing-env', /KeyError: 'PAYMENTS_URL'/, 3),
  givesUp('boot-refused-service', 'sleep 1; refused-service', /ConnectionRefusedError/, 3),
  givesUp('boot-no-app', 'sleep 1; no-app', /Failed to find attribute 'app' in 'fault_app'/, 4),
  // A worker that fails at once lives a tenth of a second: it may have been seen, or only been counted.
  {
    ...givesUp(
      'boot-import-error-at-once',
      'import-error',
      /ModuleNotFoundError: No module named 'payments_client'/,
      3,
    ),
    mayMiss: ['newborn'],
  },
  bootExitLoop,
  osExitLoop,
  // About ten a second: whoever was not seen alive is counted.
  {
    ...osExitLoop,
    id: 'boot-os-exit-loop-at-once',
    cause: loopsAtOnce,
    deaths: (target) => ({
      ...osExitLoop.deaths(target),
      newborn: {
        ...osExitLoop.deaths(target).newborn!,
        doing: ['booting', 'unknown'],
        phase: ['starting-up', 'unknown'],
      },
    }),
    mayMiss: ['newborn'],
  },
];
