import {tmpdir} from 'node:os';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startWatch, type RestartLine, type WatchStream} from '../helpers/watch-stream.js';
import {hasTracing, withTracing} from '../helpers/with-tracing.js';

const environment = await gunicornEnvironment('23.0.0');
let server: GunicornServer;

beforeAll(async () => {
  server = await startGunicorn({environment, workerClass: 'sync', workers: 2});
});

afterAll(async () => {
  await server.stop();
});

const noTracing = 'the kernel’s trace is not open to us here';

/** The instances of tracing that there are now. */
function instances(): readonly string[] {
  const [file, ...parameters] = withTracing(['ls', '/sys/kernel/tracing/instances']);
  return spawnSync(file!, parameters, {encoding: 'utf8'}).stdout.split('\n').filter(Boolean);
}

/** The instances of one inspector, which are named after its pid. */
function instancesOf(pid: number): readonly string[] {
  return instances().filter((name) => name.startsWith(`gunspect-${pid}-`));
}

async function verdictOn(watch: WatchStream, pid: number): Promise<RestartLine> {
  return watch.waitForRestart(`a verdict on ${pid}`, (line) => line.worker.pid === pid, 10_000);
}

test(
  'a signal by a shell names the shell and its user, whichever signal it was',
  {timeout: 60_000},
  async (context) => {
    if (!hasTracing) context.skip(noTracing);
    const watch = await startWatch(server.pid);
    // It signals threads of its own two thousand times a second, which must hide nobody.
    const profiled = spawn(
      process.execPath,
      ['--cpu-prof', '--cpu-prof-interval', '500', '-e', 'setInterval(() => {}, 1)'],
      {
        stdio: 'ignore',
        cwd: tmpdir(),
      },
    );
    // Counters that are read once a second have then been read twice.
    await pause(2500);
    const shell = spawn('sh', ['-s'], {stdio: ['pipe', 'ignore', 'inherit']});
    try {
      const [killed, stopped] = await server.waitForWorkers(2);
      shell.stdin.write(`kill -KILL ${killed}\nkill -TERM ${stopped}\n`);
      const kill = await verdictOn(watch, killed!);
      const stop = await verdictOn(watch, stopped!);

      expect(kill).toMatchObject({cause: 'killed', confidence: 'certain'});
      expect(kill.summary).toContain(`SIGKILL sent by sh ${shell.pid} (user root)`);
      expect(stop).toMatchObject({cause: 'signalled'});
      expect(stop.summary).toContain(`SIGTERM sent by sh ${shell.pid} (user root)`);
    } finally {
      profiled.kill('SIGKILL');
      shell.stdin.end();
      await watch.stop();
    }
  },
);

test(
  'the instance of tracing goes with its inspector, and what a killed one left goes with the next',
  {
    timeout: 60_000,
  },
  async (context) => {
    if (!hasTracing) context.skip(noTracing);
    const [file, ...parameters] = withTracing([process.execPath, 'dist/cli.js', 'watch', String(server.pid), '--json']);
    const killed = spawn(file!, parameters, {stdio: ['ignore', 'pipe', 'inherit']});
    await once(killed.stdout, 'data');
    const left = instancesOf(killed.pid!);
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    expect(left).toHaveLength(1);
    expect(instances()).toEqual(expect.arrayContaining(left as string[]));

    const next = spawn(file!, parameters, {stdio: ['ignore', 'pipe', 'inherit']});
    await once(next.stdout, 'data');
    expect(instancesOf(next.pid!)).toHaveLength(1);
    next.kill('SIGTERM');
    await once(next, 'exit');

    expect(instances().filter((name) => left.includes(name))).toEqual([]);
    expect(instancesOf(next.pid!)).toEqual([]);
  },
);

test('without the source of signals no instance of tracing is made', {timeout: 30_000}, async (context) => {
  if (!hasTracing) context.skip(noTracing);
  const command = ['watch', String(server.pid), '--json', '--without', 'signals'];
  const [file, ...parameters] = withTracing([process.execPath, 'dist/cli.js', ...command]);
  const watch = spawn(file!, parameters, {stdio: ['ignore', 'pipe', 'inherit']});
  await once(watch.stdout, 'data');
  const made = instancesOf(watch.pid!);
  watch.kill('SIGTERM');
  await once(watch, 'exit');

  expect(made).toEqual([]);
});

test('every worker of a boot loop is counted, also those that no sample saw', {timeout: 60_000}, async () => {
  const watch = await startWatch(server.pid);
  // Every worker says so before it fails; nobody who only looks on can be sure to see them all.
  const booted = (): number => server.log().match(/Booting worker with pid: \d+/g)?.length ?? 0;
  const bootedBefore = booted();
  try {
    const isCounting = watch
      .lines()
      .some(({text}) => text.includes('"type":"attached"') && text.includes('{"id":"connector","state":"ok"}'));
    const known = server.workerPids();
    // One that is dead before its master has noted its pid is counted as alive for ever (arbiter.py spawn_worker).
    server.breakBoot('sleep 0.03; os-exit 9');
    server.signal('SIGKILL', known[0]);
    await waitFor('forty failed boots', 20_000, () => booted() - bootedBefore > 40, server.log);
    server.breakBoot('');
    await server.waitForWorkers(2);
    const ended = booted() - bootedBefore;
    const countedSoFar = (): number => {
      const values = watch.lines().flatMap(({value}) => (value ? [value] : []));
      const restarts = new Set(values.flatMap((value) => (value.type === 'restart' ? [value.id] : [])));
      return restarts.size + values.reduce((sum, value) => sum + (value.type === 'missed' ? value.count : 0), 0);
    };
    await waitFor(
      'all of them to be told',
      10_000,
      () => countedSoFar() >= ended,
      () => `${countedSoFar()} of ${ended}`,
    );
    // Whatever else would count one of them a second time has done so by then.
    await pause(3000);

    expect(countedSoFar()).toBe(ended);
    if (isCounting)
      expect(
        watch
          .lines()
          .map(({text}) => text)
          .join('\n'),
      ).not.toContain('"atLeast":true');
  } finally {
    await watch.stop();
  }
});
