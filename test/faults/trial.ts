import {setTimeout as pause} from 'node:timers/promises';
import {pythonOfEverybody} from '../helpers/accounts.js';
import {startWitness, type WitnessedLife} from '../helpers/fault-witness.js';
import {startGunicorn} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {classPackages} from '../helpers/worker-class.js';
import {startWatchAs, type WatchEnd, type WatchLine, type WatchStream} from '../helpers/watch-stream.js';
import type {Death, Fault, Target} from './fault.js';
import {keepTrial, recordingFlags} from './kept.js';
import {flagsOf, gunicornAccount, seenFrom, sightsOf, type Sight} from './sights.js';
import {inTurn} from './turns.js';

/** What `gunspect watch --json` said, from one place. */
export type Watched = {
  readonly sight: Sight;
  readonly attachMs: number;
  readonly withSamples: boolean;
  readonly lines: readonly WatchLine[];
  readonly standardError: string;
  readonly end: WatchEnd;
};

/** A fault caused for real once, and everything that was seen of it. */
export type Trial = {
  readonly fault: Fault;
  readonly target: Target;
  readonly masterPid: number;
  readonly deaths: readonly Death[];
  /** What really happened to every worker, and to the master if it ended. */
  readonly lives: readonly WitnessedLife[];
  readonly log: string;
  /** None in a dry run. */
  readonly watched: readonly Watched[];
};

/** Without gunspect: proves only that the faults are what they say. */
export const isDry = process.env.FAULTS_DRY === '1';

/** How long a verdict is waited for: it comes within 2 seconds, except on a machine that has much more to do. */
const verdictDeadlineMs = 10_000;
/** How long it is watched after the last verdict, for a revision or an accusation that comes late. */
const afterwardsMs = isDry ? 300 : 2500;

type Watching = Pick<Watched, 'sight' | 'attachMs' | 'withSamples'> & {readonly stream: WatchStream};

/** Runs a fault against a server of its own. Rejects when the fault could not be caused; whatever it started is gone then. */
export function runTrial(fault: Fault, target: Target, sights = sightsOf(target)): Promise<Trial> {
  return inTurn(fault.isHeavy === true, () => stage(fault, target, sights));
}

async function stage(fault: Fault, target: Target, sights: readonly Sight[]): Promise<Trial> {
  const environment = await gunicornEnvironment(
    target.version,
    classPackages(target.workerClass),
    gunicornAccount && pythonOfEverybody,
  );
  const {workerClass, log: logTo} = target;
  const server = await startGunicorn({
    environment,
    workerClass,
    logTo,
    ...(gunicornAccount && {account: gunicornAccount}),
    ...fault.server,
  });
  const endings: (() => Promise<unknown>)[] = [() => server.stop()];
  try {
    const witness = await startWitness(environment.python, server.pid);
    endings.unshift(() => witness.stop());
    const whom = fault.watchBy === 'port' ? `:${server.port}` : server.pid;
    const started = await Promise.allSettled(
      (isDry ? [] : sights).map(async (sight): Promise<Watching> => {
        const withSamples = seenFrom(target, sight).log === 'file';
        const flags = [
          ...flagsOf(sight),
          ...(withSamples ? ['--samples'] : []),
          ...recordingFlags(fault, target, sight),
        ];
        const stream = await startWatchAs(sight.account, whom, ...flags);
        endings.unshift(() => stream.stop());
        return {sight, withSamples, stream, attachMs: Date.now() - stream.startedMs};
      }),
    );
    const watching = started.map((each) => {
      if (each.status === 'rejected') {
        throw each.reason;
      }

      return each.value;
    });
    if (watching.length > 0) {
      // Counters that are read once a second have then been read twice. Nobody attaches in the very moment of a fault, and
      // whoever does gets a weaker verdict.
      await pause(2500);
    }

    const deaths = await fault.cause({server, witness, target});
    const awaited = deaths.filter(({role}) => !fault.mayMiss?.includes(role));
    const lastDeathMs = Date.now();
    const isTold = ({stream}: Watching) =>
      awaited.every(({pid}) => stream.restarts().some((line) => line.worker.pid === pid));
    while (!watching.every((each) => isTold(each)) && Date.now() < lastDeathMs + verdictDeadlineMs) {
      await pause(50);
    }

    await pause(afterwardsMs);
    const lives = witness.lives();
    const watched = await Promise.all(
      watching.map(async ({stream, ...rest}): Promise<Watched> => {
        const end = await stream.stop();
        return {...rest, lines: stream.lines(), standardError: stream.standardError(), end};
      }),
    );
    const trial = {fault, target, masterPid: server.pid, deaths, lives, log: server.log(), watched};
    keepTrial(trial);
    return trial;
  } finally {
    for (const ending of endings) {
      await ending();
    }
  }
}
