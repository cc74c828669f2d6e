import {afterAll, beforeAll, expect, test} from 'vitest';
import type {Wait} from '../../source/activity.js';
import type {Sample, WorkerSample} from '../../source/observation.js';
import {now} from '../../source/sensors/clock.js';
import {masterOf} from '../../source/sensors/masters.js';
import type {Sampler} from '../../source/sensors/sampler.js';
import {openSampler} from '../../source/sensors/open-sampler.js';
import {waitFor} from '../helpers/fault-wait.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startServer, type RealServer} from './real-server.js';

type Watched = {readonly server: RealServer; readonly sampler: Sampler};

const started: RealServer[] = [];
const watched: Partial<Record<'sync' | 'gthread', Watched>> = {};

async function watch(workerClass: 'sync' | 'gthread', gunicorn: string): Promise<void> {
  const options = workerClass === 'sync' ? ['-w', '14'] : ['-w', '1', '-k', 'gthread', '--threads', '4'];
  const server = await startServer({
    command: [gunicorn, ...options, '-t', '120', '-b', '127.0.0.1:PORT', 'waiting_app:app'],
  });
  started.push(server);
  await server.waitForWorkers(workerClass === 'sync' ? 14 : 1);
  const master = masterOf(server.pid);
  if (master === undefined) throw new Error('the master was not found');

  watched[workerClass] = {server, sampler: openSampler(master)};
}

beforeAll(async () => {
  const {gunicorn} = await gunicornEnvironment('23.0.0');
  await Promise.all([watch('sync', gunicorn), watch('gthread', gunicorn)]);
}, 300_000);

afterAll(async () => {
  for (const {sampler} of Object.values(watched)) sampler.closeAll();
  await Promise.all(started.map((server) => server.stop()));
});

function of(workerClass: 'sync' | 'gthread'): Watched {
  const it = watched[workerClass];
  if (it === undefined) throw new Error(`${workerClass} did not start`);
  return it;
}

function sampleOf({sampler}: Watched): Sample {
  return sampler.sample(now(), 0);
}

/** The first worker whose main thread waits in this way. */
function waitingWorker(target: Watched, fits: (wait: Wait) => boolean): Promise<WorkerSample> {
  const seen = (): readonly (Wait | undefined)[] => sampleOf(target).workers.map(({activity}) => activity?.main);
  return waitFor(
    'a worker that waits so',
    8000,
    () => sampleOf(target).workers.find(({activity}) => activity?.main !== undefined && fits(activity.main)),
    () => JSON.stringify(seen()),
  );
}

test('idle workers wait for a connection, hold no client and beat', async () => {
  const target = of('sync');
  const idle = await waitFor('everyone to be looked at', 5000, () => {
    const {workers} = sampleOf(target);
    return workers.every(({activity}) => activity?.clients === 0) ? workers : undefined;
  });

  expect(idle).toHaveLength(14);
  for (const worker of idle) {
    expect(worker).toMatchObject({
      kind: 'worker',
      parentPid: target.server.pid,
      threads: 1,
      heartbeat: {notified: true},
      activity: {main: {kind: 'accept', via: 'pselect6'}, clients: 0, clientsGone: 0},
    });
    expect(worker.rssBytes).toBeGreaterThan(5_000_000);
    expect(now().wallMs - (worker.heartbeat?.changedWallMs ?? 0)).toBeLessThan(70_000);
  }
});

const localPeer = expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string;

test.each([
  ['/sleep', {kind: 'sleep', via: 'clock_nanosleep'}],
  ['/spin', {kind: 'cpu'}],
  ['/peer', {kind: 'peer', what: localPeer, via: 'recvfrom'}],
  ['/peer-with-timeout', {kind: 'peer', what: localPeer, via: 'poll'}],
  ['/child', {kind: 'child', what: 'sleep', via: 'wait4'}],
  ['/child-output', {kind: 'child', what: 'sleep', via: 'poll'}],
  ['/lock', {kind: 'lock', via: 'futex'}],
  ['/file-lock', {kind: 'file', what: expect.stringContaining('held.lock') as string, via: 'flock'}],
])('a sync worker in %s', async (page, wait) => {
  const target = of('sync');
  await target.server.ask(page);

  // An idle worker that wakes for a moment runs as well, but holds no client.
  const worker = await waitFor(
    'a worker with a client that waits so',
    10_000,
    () =>
      sampleOf(target).workers.find(
        ({activity}) =>
          activity?.clients === 1 &&
          activity.main?.kind === wait.kind &&
          activity.main.via === ('via' in wait ? wait.via : undefined),
      ),
    () => JSON.stringify(sampleOf(target).workers.map(({activity}) => activity)),
  );
  expect(worker.activity).toEqual({main: wait, clients: 1, clientsGone: 0});
});

test('a silent client is told from a database', async () => {
  const target = of('sync');
  await target.server.ask('', 'POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhalf');

  const worker = await waitingWorker(target, ({kind}) => kind === 'client');
  expect(worker.activity?.main).toEqual({kind: 'client', via: 'recvfrom'});
});

test('select inside a request is not taken for the wait for work once the client has been seen', async () => {
  const target = of('sync');
  const others = new Set(
    sampleOf(target)
      .workers.filter(({activity}) => activity?.main?.kind !== 'accept')
      .map(({id}) => id.pid),
  );
  await target.server.ask('/select');

  const worker = await waitFor('a worker with a client in select', 10_000, () =>
    sampleOf(target).workers.find(
      ({id, activity}) => !others.has(id.pid) && activity?.main?.via === 'pselect6' && activity.clients === 1,
    ),
  );
  expect(worker.activity?.main?.kind).not.toBe('accept');
});

test('a client that has given up is counted as gone while its request goes on', async () => {
  const target = of('sync');
  const socket = await target.server.ask('/sleep');
  await waitFor(
    'two sleepers',
    10_000,
    () => sampleOf(target).workers.filter(({activity}) => activity?.main?.kind === 'sleep').length >= 2,
  );
  socket.destroy();

  const worker = await waitFor('a client that is gone', 10_000, () =>
    sampleOf(target).workers.find(({activity}) => activity?.clientsGone === 1),
  );
  expect(worker.activity).toMatchObject({main: {kind: 'sleep'}, clients: 1});
});

test('the threads of a gthread worker are told beside its main thread', async () => {
  const target = of('gthread');
  await target.server.ask('/peer');
  await target.server.ask('/sleep');

  const worker = await waitFor('two busy threads', 10_000, () =>
    sampleOf(target).workers.find(
      ({activity}) =>
        activity?.clients === 2 &&
        ['peer', 'sleep'].every((kind) => activity.threads?.some((wait) => wait.kind === kind)),
    ),
  );
  expect(worker.activity).toMatchObject({main: {kind: 'accept', via: 'epoll_wait'}, clients: 2});
  expect(worker.activity?.threads).toContainEqual({kind: 'peer', what: localPeer, via: 'recvfrom'});
});

test('a stopped worker is seen as stopped', async () => {
  const target = of('gthread');
  const [pid = 0] = target.server.workers();
  process.kill(pid, 'SIGSTOP');

  const worker = await waitFor('state T', 5000, () =>
    sampleOf(target).workers.find(({processState}) => processState === 'T'),
  );
  expect(worker.activity?.main).toEqual({kind: 'other', what: 'stopped'});
  process.kill(pid, 'SIGCONT');
});
