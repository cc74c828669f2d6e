import {setTimeout as pause} from 'node:timers/promises';
import {startWitness, type WitnessedLife} from '../helpers/fault-witness.js';
import {startGunicorn} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startWatch, type WatchEnd, type WatchLine} from '../helpers/watch-stream.js';
import type {Death, Fault, Target} from './fault.js';
import {inTurn} from './turns.js';

/** A fault caused for real once, and everything that was seen of it. */
export type Trial = {
  readonly fault: Fault;
  readonly target: Target;
  readonly masterPid: number;
  readonly deaths: readonly Death[];
  /** What really happened to every worker, and to the master if it ended. */
  readonly lives: readonly WitnessedLife[];
  readonly log: string;
  /** What `gunspect watch --json` said. Absent in a dry run. */
  readonly watch?: {
    readonly attachMs: number;
    readonly withSamples: boolean;
    readonly lines: readonly WatchLine[];
    readonly standardError: string;
    readonly end: WatchEnd;
  };
};

/** Without gunspect: proves only that the faults are what they say. */
export const isDry = process.env.FAULTS_DRY === '1';

/** How long a verdict is waited for: it comes within 2 seconds, except on a machine that has much more to do. */
const verdictDeadlineMs = 10_000;
/** How long it is watched after the last verdict, for a revision or an accusation that comes late. */
const afterwardsMs = isDry ? 300 : 2500;

/** Runs a fault against a server of its own. Rejects when the fault could not be caused; whatever it started is gone then. */
export function runTrial(fault: Fault, target: Target): Promise<Trial> {
  return inTurn(fault.isHeavy === true, () => stage(fault, target));
}

async function stage(fault: Fault, target: Target): Promise<Trial> {
  const environment = await gunicornEnvironment(target.version);
  const {workerClass, log: logTo} = target;
  const server = await startGunicorn({environment, workerClass, logTo, ...fault.server});
  const endings: (() => Promise<unknown>)[] = [() => server.stop()];
  try {
    const witness = await startWitness(environment.python, server.pid);
    endings.unshift(() => witness.stop());
    const withSamples = logTo === 'file';
    const watched = fault.watchBy === 'port' ? `:${server.port}` : server.pid;
    const watch = isDry ? undefined : await startWatch(watched, ...(withSamples ? ['--samples'] : []));
    const attachMs = watch === undefined ? 0 : Date.now() - watch.startedMs;
    if (watch) {
      endings.unshift(() => watch.stop());
      // Counters that are read once a second have then been read twice. Nobody attaches in the very moment of a fault, and
      // whoever does gets a weaker verdict.
      await pause(2500);
    }

    const deaths = await fault.cause({server, witness, target});
    const lastDeathMs = Date.now();
    if (watch) {
      const isTold = () => deaths.every(({pid}) => watch.restarts().some((line) => line.worker.pid === pid));
      while (!isTold() && Date.now() < lastDeathMs + verdictDeadlineMs) {
        await pause(50);
      }
    }

    await pause(afterwardsMs);
    const lives = witness.lives();
    const end = await watch?.stop();
    return {
      fault,
      target,
      masterPid: server.pid,
      deaths,
      lives,
      log: server.log(),
      ...(watch && end
        ? {watch: {attachMs, withSamples, lines: watch.lines(), standardError: watch.standardError(), end}}
        : {}),
    };
  } finally {
    for (const ending of endings) {
      await ending();
    }
  }
}
