import {existsSync, readdirSync} from 'node:fs';
import {afterEach, beforeAll, expect, test} from 'vitest';
import type {Observation, Sample, WorkerSample} from '../../source/observation.js';
import {now} from '../../source/sensors/clock.js';
import {openExits} from '../../source/sensors/exits.js';
import {heldHeartbeats} from '../../source/sensors/heartbeat-files.js';
import {masterOf} from '../../source/sensors/masters.js';
import {loadPidfds} from '../../source/sensors/pidfd.js';
import type {Sampler, SamplerOptions} from '../../source/sensors/sampler.js';
import {openSampler} from '../../source/sensors/open-sampler.js';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import {sampledSourceIds} from '../../source/sensors/source-states.js';
import {waitFor} from '../helpers/fault-wait.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startServer, type RealServer} from './real-server.js';

let environments: Readonly<Record<'old' | 'current' | 'newest', PythonEnvironment>>;
const servers: RealServer[] = [];
const samplers: Sampler[] = [];

beforeAll(async () => {
  const [old, current, newest] = await Promise.all([
    gunicornEnvironment('20.1.0'),
    gunicornEnvironment('23.0.0'),
    gunicornEnvironment('newest'),
  ]);
  environments = {old, current, newest};
}, 300_000);

afterEach(async () => {
  for (const sampler of samplers.splice(0)) sampler.closeAll();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(version: keyof typeof environments, args: readonly string[] = []): Promise<RealServer> {
  const {gunicorn} = environments[version];
  const usual = ['-w', '2', '-b', '127.0.0.1:PORT', '--error-logfile', 'FOLDER/error.log', ...args, 'waiting_app:app'];
  const server = await startServer({command: [gunicorn, ...usual]});
  servers.push(server);
  await server.waitForWorkers(2);
  return server;
}

function attach(server: RealServer, options: SamplerOptions = {}): Sampler {
  const master = masterOf(server.pid);
  if (master === undefined) throw new Error('the master was not found');

  const sampler = openSampler(master, options);
  samplers.push(sampler);
  return sampler;
}

/** Observes until one of the observations fits. */
function observed<Fit>(sampler: Sampler, what: string, fits: (one: Observation) => Fit | undefined): Promise<Fit> {
  return waitFor(what, 15_000, () => {
    for (const one of sampler.observe(now(), 0)) {
      const fit = fits(one);
      if (fit !== undefined) return fit;
    }

    return undefined;
  });
}

function workerIn(one: Observation, fits: (worker: WorkerSample) => boolean): WorkerSample | undefined {
  return one.kind === 'sample' ? one.workers.find((worker) => fits(worker)) : undefined;
}

test.each(['old', 'current', 'newest'] as const)('an attach to gunicorn %s has every source', async (version) => {
  const server = await start(version);
  const sampler = attach(server);
  const at = now();

  const attached = sampler.attached('the target', at);

  // Of exits and signals the machine decides, of a journal and a control socket how gunicorn was started.
  const elsewhere = new Set(['exits', 'signals', 'journal', 'control-socket']);
  expect(attached.sources.filter(({id, state}) => state !== 'ok' && !elsewhere.has(id))).toEqual([]);
  expect(attached.master.settings).toMatchObject({
    app: {value: 'waiting_app:app'},
    version: {value: environments[version].version, source: 'log'},
    workerClass: {value: 'sync', source: 'log'},
    workers: {value: 2, source: 'command-line'},
    bind: {value: [`127.0.0.1:${server.port}`]},
  });
  expect(Math.abs(at.wallMs - attached.master.startedWallMs)).toBeLessThan(25_000);
  expect(sampler.history.map(({event}) => event)).toContain('booting');

  const sample = sampler.sample(now(), 0);
  expect(sample.master).toMatchObject({id: {pid: server.pid}});
  expect(sample.workers.map(({kind, heartbeat}) => [kind, heartbeat?.notified])).toEqual([
    ['worker', true],
    ['worker', true],
  ]);
  expect(sample.listeners).toMatchObject([{address: `127.0.0.1:${server.port}`, backlog: 0, backlogLimit: 2048}]);
  // A heartbeat of 22 and newer is also on the monotonic clock; both clocks tell the same age.
  const [first] = sample.workers;
  const beat = first?.heartbeat?.beatMonotonicMs;
  expect(beat === undefined).toBe(version === 'old');
  if (beat !== undefined) {
    const byWall = at.wallMs - (first?.heartbeat?.changedWallMs ?? 0);
    expect(Math.abs(at.monotonicMs - beat - byWall)).toBeLessThan(50);
  }
});

test('a worker that was killed is in one more sample, with its last heartbeat, and then in none', async () => {
  const server = await start('current');
  const sampler = attach(server);
  const [victim = 0] = server.workers();
  process.kill(victim, 'SIGKILL');

  const last = await observed(sampler, 'its end', (one) =>
    workerIn(one, ({id, processState}) => id.pid === victim && (processState === 'X' || processState === 'Z')),
  );

  expect(last).toMatchObject({kind: 'worker', heartbeat: {notified: true}});
  expect(last).not.toHaveProperty('rssBytes');
  if (sampler.sources().some(({id, state}) => id === 'exits' && state === 'ok')) {
    expect(last.exit).toEqual({signal: 'SIGKILL', core: false});
  }

  const replacement = await observed(sampler, 'the next worker', (one) =>
    workerIn(one, ({id, kind}) => kind === 'worker' && !server.workers().includes(victim) && id.pid > victim),
  );
  expect(replacement.heartbeat).toBeDefined();
  expect(sampler.sample(now(), 0).workers.map(({id}) => id.pid)).not.toContain(victim);
});

test('on a kernel before 6.15 a kill is read between death and reap sooner or later, and never as anything else', async (context) => {
  const exits = openExits({loaded: loadPidfds('6.1.0')});
  const server = await start('newest');
  const sampler = attach(server, {exits, without: new Set(['connector'])});
  if (exits.state().state !== 'partly') context.skip(`no death can be raced for here: ${exits.state().why}`);

  // The race is lost now and then: the master reaps within a tenth of a millisecond.
  for (let told = false; !told;) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const victim = await observed(sampler, 'a worker that has booted', (one) =>
      workerIn(one, ({processState, heartbeat}) => processState === 'S' && heartbeat?.notified === true),
    );
    process.kill(victim.id.pid, 'SIGKILL');
    // oxlint-disable-next-line no-await-in-loop
    const last = await observed(sampler, 'its end', (one) =>
      workerIn(
        one,
        ({id, processState, exit}) => id.pid === victim.id.pid && (processState === 'X' || exit !== undefined),
      ),
    );
    if (last.exit !== undefined) expect(last.exit).toEqual({signal: 'SIGKILL', core: false});
    told = last.exit !== undefined;
  }
}, 60_000);

test('a worker that boots is seen before its first heartbeat, and as booted after it', async () => {
  const server = await start('current');
  const sampler = attach(server);
  process.kill(server.pid, 'SIGTTIN');

  const newborn = await observed(sampler, 'a third worker', (one) =>
    one.kind === 'sample' && one.workers.length === 3 ? one.workers.at(-1) : undefined,
  );
  const booted = await observed(sampler, 'its first heartbeat', (one) =>
    workerIn(one, ({id, heartbeat}) => id.pid === newborn.id.pid && heartbeat?.notified === true),
  );

  expect(booted.kind).toBe('worker');
  const {workers} = sampler.sample(now(), 0);
  expect(workers.map(({heartbeat}) => heartbeat?.notified)).toEqual([true, true, true]);
});

test('the end of the master is told once, and its orphans are watched to their end', async () => {
  const server = await start('current', ['--timeout', '4']);
  const sampler = attach(server);
  process.kill(server.pid, 'SIGKILL');

  const gone = await observed(sampler, 'the end of the master', (one) =>
    one.kind === 'master-gone' ? one : undefined,
  );
  expect(gone.id.pid).toBe(server.pid);
  expect(sampler.masterIsGone()).toBe(true);

  const rest: Observation[] = [];
  await waitFor('the end of the last orphan', 15_000, () => {
    rest.push(...sampler.observe(now(), 0));
    return sampler.watched() === 0;
  });
  const samples = rest.filter((one): one is Sample => one.kind === 'sample');
  expect(samples.every(({master}) => master === undefined)).toBe(true);
  expect(rest.filter(({kind}) => kind === 'master-gone')).toEqual([]);
  // The log is read on: the orphans say why they leave.
  const said = rest.flatMap((one) => (one.kind === 'log' ? [one.event.event] : []));
  expect(said).toContain('parent-changed');
  expect(said).toContain('worker-exiting');
});

test('what is logged after the attach is news, and a later sampler goes on where the first stopped', async () => {
  const server = await start('current');
  const eventsOf = (sampler: Sampler): readonly string[] =>
    sampler.observe(now(), 0).flatMap((one) => (one.kind === 'log' ? [one.event.event] : []));
  const first = attach(server);
  process.kill(server.pid, 'SIGHUP');
  await waitFor('the old generation to leave', 10_000, () => server.log().split('Worker exiting').length === 3);

  expect(eventsOf(first)).toEqual(expect.arrayContaining(['hang-up', 'booting', 'worker-exiting']));
  process.kill(server.pid, 'SIGTTIN');
  await waitFor('the next signal', 10_000, () => server.log().includes('Handling signal: ttin'));
  const second = attach(server, {after: first});

  const said = eventsOf(second);
  expect(said).toContain('handling-signal');
  expect(said).not.toContain('hang-up');
});

test('sources that are turned off say so and read nothing', async () => {
  const server = await start('current');
  const sampler = attach(server, {
    without: new Set(sampledSourceIds.filter((id) => id !== 'processes')),
  });

  const sample = sampler.sample(now(), 0);

  expect(sampler.sources().map(({id, state}) => `${id} ${state}`)).toEqual(
    sampledSourceIds.map((id) => (id === 'processes' ? 'processes ok' : `${id} off`)),
  );
  expect(sampler.history).toEqual([]);
  expect(sample).not.toHaveProperty('listeners');
  expect(sample).not.toHaveProperty('memory');
  for (const worker of sample.workers) {
    expect(worker).not.toHaveProperty('heartbeat');
    expect(worker).not.toHaveProperty('activity');
    expect(worker).not.toHaveProperty('exit');
  }
});

test('a sampler gives back every descriptor it took, also those of workers that died', async () => {
  const server = await start('current');
  const before = readdirSync('/proc/self/fd').length;
  const sampler = attach(server);
  const held = readdirSync('/proc/self/fd').length;
  const [victim = 0] = server.workers();
  process.kill(victim, 'SIGKILL');
  await observed(sampler, 'its end', (one) => workerIn(one, ({processState}) => processState === 'X'));

  expect(held).toBeGreaterThan(before);
  // We hold heartbeat files now, by path only, which makes no master of us.
  expect(heldHeartbeats(process.pid)).toEqual({kind: 'ok', value: []});
  sampler.closeAll();
  samplers.splice(0);
  expect(readdirSync('/proc/self/fd').length).toBe(before);
});

test('a sampler for a master that is gone already says that it is', async () => {
  const server = await start('current');
  const master = masterOf(server.pid);
  if (master === undefined) throw new Error('the master was not found');
  await server.stop();
  servers.splice(0);
  await waitFor('the process to be gone', 5000, () => !existsSync(`/proc/${server.pid}`));

  const sampler = openSampler(master);
  samplers.push(sampler);

  expect(sampler.masterIsGone()).toBe(true);
  expect(sampler.sample(now(), 0)).toMatchObject({workers: []});
  expect(sampler.watched()).toBe(0);
});
