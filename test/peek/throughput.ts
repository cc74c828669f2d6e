import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startWatch, type WatchStream} from '../helpers/watch-stream.js';
import type {RealServer} from '../sensors/real-server.js';
import {startPeeking, type PeekClass} from './prove-peek.js';

/** What being watched takes from a server: a fixed number of requests again and again, with gunspect on it and without in turn. */
export type Throughput = {
  readonly workerClass: string;
  readonly pairs: number;
  readonly requests: number;
  /** Requests a second while it is watched, as a part of those while it is not. */
  readonly wall: Spread;
  /** Requests a second of the workers' own processor time, likewise: what no other program on the machine disturbs. */
  readonly processor: Spread;
};

/** The middle of the ratios of all pairs, its standard error, and what half of the pairs lie between. */
export type Spread = {readonly median: number; readonly error: number; readonly from: number; readonly to: number};

function spreadOf(ratios: readonly number[]): Spread {
  const sorted = ratios.toSorted((one, other) => one - other);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
  const [from, median, to] = [at(0.25), at(0.5), at(0.75)];
  // Of a normal distribution half lies within 1.349 deviations, and a median errs by 1.253 of them over the root.
  return {median, error: (1.253 * ((to - from) / 1.349)) / Math.sqrt(sorted.length), from, to};
}

/** Time on a processor so far, seconds; `/proc/<pid>/schedstat`, nanoseconds. */
function processorSeconds(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
}

/** A `gunspect watch` at its usual rate, once it has read how many requests every worker has begun. */
async function watchAsUsual(server: RealServer): Promise<WatchStream> {
  const watch = await startWatch(server.pid, '--samples');
  await waitFor('the workers to be read', 20_000, () => {
    const last = watch.lines().at(-1)?.value;
    return last?.type === 'sample' && last.workers.every((worker) => 'requests' in worker) ? last : undefined;
  });
  return watch;
}

/** What the halt or the awakening itself costs is over by then. */
const settlingMs = 300;

type Slice = {readonly seconds: number; readonly processor: number};

export async function measureThroughput(
  environment: PythonEnvironment,
  workerClass: PeekClass,
  pairs: number,
  requests: number,
): Promise<Throughput> {
  const {server, workers, stop} = await startPeeking(environment, workerClass);
  const program = fileURLToPath(new URL('steady-load.py', import.meta.url));
  const load = spawn(environment.python, [program, String(server.port)], {stdio: ['pipe', 'pipe', 'inherit']});
  const answers = createInterface(load.stdout);
  const ids = workers();

  const slice = async (): Promise<Slice> => {
    const before = ids.map(({pid}) => processorSeconds(pid));
    load.stdin.write(`${requests}\n`);
    const [seconds] = (await once(answers, 'line')) as [string];
    const processor = ids.reduce((sum, {pid}, index) => sum + processorSeconds(pid) - before[index]!, 0);
    return {seconds: Number(seconds), processor};
  };
  const watch = await watchAsUsual(server);
  /** gunspect itself is halted for the slices that are to be without it. */
  const sliceWith = async (signal: 'SIGCONT' | 'SIGSTOP'): Promise<Slice> => {
    process.kill(watch.pid, signal);
    await sleep(settlingMs);
    return slice();
  };

  try {
    const ratios: Array<{readonly wall: number; readonly processor: number}> = [];
    for (let pair = 0; pair < pairs; pair++) {
      // ABBA: what drifts, drifts for both.
      const order = pair % 2 === 0 ? (['SIGSTOP', 'SIGCONT'] as const) : (['SIGCONT', 'SIGSTOP'] as const);
      // oxlint-disable-next-line no-await-in-loop -- one slice after the other is what is measured
      const slices = [await sliceWith(order[0]), await sliceWith(order[1])] as const;
      const [alone, watched] = pair % 2 === 0 ? slices : ([slices[1], slices[0]] as const);
      ratios.push({wall: alone.seconds / watched.seconds, processor: alone.processor / watched.processor});
    }

    return {
      workerClass,
      pairs,
      requests,
      wall: spreadOf(ratios.map(({wall}) => wall)),
      processor: spreadOf(ratios.map(({processor}) => processor)),
    };
  } finally {
    process.kill(watch.pid, 'SIGCONT');
    await watch.stop();
    load.stdin.end();
    await once(load, 'exit');
    await stop();
  }
}
