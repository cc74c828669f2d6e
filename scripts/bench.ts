/**
 * What watching costs, beside what it would cost with the usual libraries, all in one run: ratios hold where a machine
 * is noisy, single figures do not. `npm run bench [workers]`.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {performance} from 'node:perf_hooks';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {beginInspection, observe, snapshotOf} from '../source/inspection.js';
import type {Observation} from '../source/observation.js';
import {listProcesses} from '../source/sensors/processes.js';
import {openSampler} from '../source/sensors/open-sampler.js';
import {resolveTarget} from '../source/sensors/targets.js';
import {parseTarget} from '../source/sensors/target-form.js';
import {openUsageReader} from '../source/sensors/usage.js';
import {startLightTraffic} from '../source/demo/light-traffic.js';
import {startGunicorn} from '../test/helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../test/helpers/python.js';
import {firstFrames} from './bench/first-frame.js';
import {liveCost} from './bench/live-cost.js';
import {peekCalls} from './bench/peek-cost.js';
import {processCost, type ProcessCost} from './bench/process-cost.js';
import {targetCost} from './bench/target-cost.js';

const workers = Number(process.argv[2] ?? 32);
const sizes = [
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
  {columns: 200, rows: 50},
];
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Median and ninth decile of `runs` calls, microseconds. */
async function timed(runs: number, call: () => unknown): Promise<{readonly median: number; readonly p90: number}> {
  const costs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one after another is what is timed
    await call();
    costs.push((performance.now() - start) * 1000);
  }
  costs.sort((a, b) => a - b);
  return {median: costs[Math.floor(runs / 2)] ?? 0, p90: costs[Math.floor(runs * 0.9)] ?? 0};
}

function row(what: string, {median, p90}: {readonly median: number; readonly p90: number}, note = ''): void {
  const cells = [what.padEnd(52), `${median.toFixed(1)} µs`.padStart(12), `${p90.toFixed(1)} µs`.padStart(12), note];
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
}

/** What `look` tells while the headless program runs, after a warm-up. */
async function whileWatching<T>(args: readonly string[], look: (watcherPid: number) => Promise<T>): Promise<T> {
  const program = spawn(process.execPath, [cli, 'watch', ...args], {stdio: ['ignore', 'ignore', 'inherit']});
  await once(program, 'spawn');
  try {
    await sleep(5000);
    return await look(program.pid ?? 0);
  } finally {
    program.kill('SIGTERM');
    await once(program, 'exit');
  }
}

async function costOver(pid: number, seconds: number): Promise<ProcessCost> {
  const cost = processCost(pid);
  await sleep(seconds * 1000);
  return cost();
}

function share({cpuPercent, rssMegabytes, descriptors}: ProcessCost): string {
  return `${cpuPercent.toFixed(2)} % of a core, ${rssMegabytes} MB, ${descriptors} descriptors`;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Of what a request costs the server while a program beside it stands still, what it costs while that runs, percent. */
async function costBeside(program: number): Promise<string> {
  const ratios: number[] = [];
  // In short turns: a machine that changes its speed by half within a minute does so for both.
  for (let round = 0; round < 24; round++) {
    process.kill(program, 'SIGSTOP');
    // oxlint-disable-next-line no-await-in-loop -- in turns
    const alone = await targetCost(server, 250);
    process.kill(program, 'SIGCONT');
    // What it missed is not caught up with, but its first tick is late.
    // oxlint-disable-next-line no-await-in-loop
    await sleep(500);
    // oxlint-disable-next-line no-await-in-loop
    ratios.push((100 * (await targetCost(server, 250))) / alone);
  }
  const sorted = ratios.toSorted((a, b) => a - b);
  const [low, high] = [sorted[6], sorted[17]].map((ratio) => ratio?.toFixed(0));
  return `${medianOf(ratios).toFixed(1)} % (half of all turns: ${low} to ${high} %)`;
}

/** Any program that runs beside a server takes the caches from it: so one that only computes is held against ours. */
async function benchTarget(): Promise<void> {
  const watched = await whileWatching([String(server.pid)], costBeside);
  const computing = spawn(process.execPath, ['-e', computes], {stdio: 'ignore'});
  const besideAnother = await costBeside(computing.pid ?? 0);
  computing.kill('SIGKILL');
  process.stdout.write(
    `a request costs the server ${watched} while it is watched, and ${besideAnother} beside a program that computes as long\n`,
  );
}

/** 4.5 ms four times a second, as `watch` does over 32 workers. */
const computes = `setInterval(() => {
  const until = performance.now() + 4.5;
  while (performance.now() < until);
}, 250)`;

/** One look into a worker's memory, beside py-spy on the same worker. */
async function benchPeek(): Promise<void> {
  const calls = await peekCalls(server);
  row('opening the memory of the master, with its checks', await timed(20, calls.attach));
  row('reading counter and settings of the master', await timed(400, calls.master));
  row('reading the counter of one worker', await timed(4000, calls.counters));
  const snapshot = await timed(4000, calls.snapshot);
  row('reading counter, request and stack of one worker', snapshot);
  if (calls.pySpy === undefined) {
    process.stdout.write('py-spy could not be installed here\n');
  } else {
    const theirs = await timed(20, calls.pySpy);
    row('py-spy dump --nonblocking of the same worker', theirs, `×${(theirs.median / snapshot.median).toFixed(0)}`);
  }
  calls.close();
}

const environment = await gunicornEnvironment('newest');
const server = await startGunicorn({environment, workerClass: 'sync', workers});
try {
  const found = await resolveTarget(parseTarget(String(server.pid)));
  if (found.kind !== 'found') throw new Error(`the gunicorn of the bench was not found: ${found.kind}`);
  const sampler = openSampler(found.masters[0]);
  const clock = () => ({wallMs: Date.now(), monotonicMs: performance.now()});
  let inspection = beginInspection('bench');
  const take = (observation: Observation): void => {
    ({inspection} = observe(inspection, observation));
  };
  take(sampler.attached('bench', clock()));
  for (let warm = 0; warm < 50; warm++) sampler.observe(clock(), 0).forEach(take);

  process.stdout.write(
    `${workers} workers, gunicorn ${environment.version}, Node ${process.version}; median and ninth decile\n\n`,
  );
  const fast = await timed(400, () => sampler.observe(clock(), 0));
  row('one sample of all workers', fast, `${(fast.median / workers).toFixed(1)} µs a worker`);
  const samples = Array.from({length: 200}, () => sampler.sample(clock(), 0));
  let next = 0;
  row('folding one sample into the history', await timed(200, () => take(samples[next++]!)));
  row('drawing the snapshot', await timed(200, () => snapshotOf(inspection)));
  const pids = server.workerPids();
  const usage = openUsageReader();
  const library = await timed(20, () => usage.read(pids));
  row('pidusage for the same workers', library, `×${(library.median / fast.median).toFixed(1)} of one sample`);
  const list = await timed(5, () => listProcesses());
  row('ps-list of this machine', list, `×${(list.median / fast.median).toFixed(0)} of one sample`);
  sampler.closeAll();
  await benchPeek();

  for (const args of [[], ['--without', 'peek']]) {
    const watch = [String(server.pid), ...args];
    // oxlint-disable-next-line no-await-in-loop -- two at once would share the processor
    const cost = await whileWatching(watch, (pid) => costOver(pid, 30));
    process.stdout.write(`headless, 4 samples a second ${args.join(' ')}: ${share(cost)}\n`);
  }
  const frames = await firstFrames(server, 9);
  process.stdout.write(`from the start to the first frame with workers: ${medianOf(frames).toFixed(0)} ms\n`);
  await benchTarget();
  const traffic = startLightTraffic([`http://127.0.0.1:${server.port}/`], 40);
  for (const size of sizes) {
    // oxlint-disable-next-line no-await-in-loop -- two at once would share the processor
    const live = await liveCost(server, size, 30);
    const bytes = `${live.kilobytesPerSecond.toFixed(1)} kB/s to the terminal`;
    process.stdout.write(`live screen, ${size.columns}×${size.rows}: ${share(live)}, ${bytes}\n`);
  }
  traffic.stop();
} finally {
  await server.stop();
}
