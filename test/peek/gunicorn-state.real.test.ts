import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, onTestFinished, test} from 'vitest';
import type {SpawnReason} from '../../source/observation.js';
import {openPeekReader} from '../../source/peek/peek-reader.js';
import {everyInterpreter} from '../helpers/interpreters.js';
import {waitFor} from '../helpers/fault-wait.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startLoad, startPeeking, type Peeking} from './prove-peek.js';

/** Waits until a worker that was not there before tells why it was forked. */
function reasonOfNext(peeking: Peeking, known: ReadonlySet<number>): Promise<SpawnReason> {
  return waitFor('a new worker that tells why', 15_000, () => {
    const id = peeking.workers().find(({pid}) => !known.has(pid));
    return id && peeking.reader.readWorker(id, {stack: true}).spawnReason;
  });
}

const pidsOf = ({workers}: Peeking): ReadonlySet<number> => new Set(workers().map(({pid}) => pid));

test.for(['20.1.0', 'newest'] as const)(
  'a worker of gunicorn %s tells whether it was among the first, a replacement, of a reload or of more workers',
  {timeout: 120_000},
  async (version) => {
    const peeking = await startPeeking(await gunicornEnvironment(version), 'sync');
    onTestFinished(peeking.stop);
    const {server, reader} = peeking;
    const first = pidsOf(peeking);
    const [victim = 0] = first;

    for (const id of peeking.workers()) expect(reader.readWorker(id, {stack: true}).spawnReason).toBe('initial');

    process.kill(victim, 'SIGKILL');
    expect(await reasonOfNext(peeking, first)).toBe('replacement');

    const second = pidsOf(peeking);
    process.kill(server.pid, 'SIGTTIN');
    expect(await reasonOfNext(peeking, second)).toBe('scale-up');
    expect(reader.readMaster()).toMatchObject({kind: 'ok', value: {workersSpawned: 4}});

    const third = pidsOf(peeking);
    process.kill(server.pid, 'SIGHUP');
    expect(await reasonOfNext(peeking, third)).toBe('reload');
  },
);

test('the settings of a running master are the effective ones, wherever they were set, and a worker knows its own limit', async () => {
  const environment = await gunicornEnvironment('23.0.0');
  const args = ['-t', '47', '--threads', '3', '--max-requests', '500', '--max-requests-jitter', '40', '--preload'];
  const peeking = await startPeeking(environment, 'sync', args);
  onTestFinished(peeking.stop);
  const master = peeking.reader.readMaster();

  expect(master).toMatchObject({
    kind: 'ok',
    value: {
      id: {pid: peeking.server.pid},
      workersSpawned: 2,
      settings: {
        app: {value: 'peek_app:app', source: 'peek'},
        version: {value: '23.0.0', source: 'peek'},
        workerClass: {value: 'gthread', source: 'peek'},
        workers: {value: 2, source: 'peek'},
        threads: {value: 3, source: 'peek'},
        timeoutSeconds: {value: 47, source: 'peek'},
        gracefulTimeoutSeconds: {value: 30, source: 'peek'},
        maxRequests: {value: 500, source: 'peek'},
        maxRequestsJitter: {value: 40, source: 'peek'},
        bind: {value: [`127.0.0.1:${peeking.server.port}`], source: 'peek'},
        preload: {value: true, source: 'peek'},
        reload: {value: false, source: 'peek'},
        errorLog: {value: '-', source: 'peek'},
      },
    },
  });
  for (const id of peeking.workers()) {
    const {maxRequests = 0} = peeking.reader.readWorker(id, {stack: false});
    expect(maxRequests).toBeGreaterThanOrEqual(500);
    expect(maxRequests).toBeLessThanOrEqual(540);
  }
});

test('a query is read only when it was asked for', async () => {
  const peeking = await startPeeking(await gunicornEnvironment('23.0.0'), 'sync');
  onTestFinished(peeking.stop);
  const asked = openPeekReader(peeking.server.pid, {showQuery: true});
  if (asked.kind !== 'ok') throw new Error(asked.kind);
  onTestFinished(asked.value.close);
  await peeking.server.ask('/hold/x?page=3&token=abcdef');

  const [withQuery, without] = await waitFor('the request', 10_000, () => {
    const peeks = peeking
      .workers()
      .map((id) => [
        asked.value.readWorker(id, {stack: true}).requests?.[0]?.path,
        peeking.reader.readWorker(id, {stack: true}).requests?.[0]?.path,
      ]);
    return peeks.find((paths) => paths.every((path) => path !== undefined));
  });
  expect(withQuery).toBe('/hold/x?page=3&token=***');
  expect(without).toBe('/hold/x');
});

test('a worker that ended is gone, one of another master is refused, and the reader goes on', async () => {
  const environment = await gunicornEnvironment('23.0.0');
  const peeking = await startPeeking(environment, 'sync');
  onTestFinished(peeking.stop);
  const other = await startPeeking(environment, 'sync');
  onTestFinished(other.stop);
  const [victim, survivor] = peeking.workers();
  const [stranger] = other.workers();
  if (victim === undefined || survivor === undefined || stranger === undefined) throw new Error('no workers');
  peeking.reader.readWorker(victim, {stack: true});
  process.kill(victim.pid, 'SIGKILL');

  await waitFor('its memory to be gone', 5000, () => {
    return peeking.reader.readWorker(victim, {stack: true}).why === 'the process is gone';
  });
  expect(peeking.reader.readWorker(stranger, {stack: true})).toEqual({
    id: stranger,
    why: 'the master does not count it among its workers',
  });
  expect(peeking.reader.readWorker({...survivor, startTicks: 1}, {stack: true}).why).toBe('the process is gone');
  expect(peeking.reader.readWorker(survivor, {stack: true})).toMatchObject({requestsBegun: 0, requests: []});
});

test('the count of uvicorn’s worker is that of its server', {timeout: 120_000}, async () => {
  const environment = await gunicornEnvironment('23.0.0', ['uvicorn==0.35.0', 'uvicorn-worker==0.3.0']);
  const peeking = await startPeeking(environment, 'uvicorn-worker', ['-t', '2']);
  onTestFinished(peeking.stop);

  const load = await startLoad(environment, peeking.server.port, 30, 40);
  const answers = await load.answers;

  expect(Object.values(answers).reduce((sum, count) => sum + count, 0)).toBe(120);
  for (const id of peeking.workers()) {
    const {requestsBegun, requests} = peeking.reader.readWorker(id, {stack: false});
    expect(requestsBegun).toBe(answers[String(id.pid)] ?? 0);
    // Where only the count was asked for, nothing is claimed of requests.
    expect(requests).toBeUndefined();
  }
});

async function whileRunning<T>(program: string, args: readonly string[], look: (pid: number) => T): Promise<T> {
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'inherit']});
  try {
    await once(child.stdout, 'data');
    return look(child.pid ?? 0);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

const sleeper = ['-uc', 'import sys, time\nprint(sys.version_info)\ntime.sleep(60)'];

test('a program that is no Python and a Python without gunicorn are refused in words', async () => {
  const [interpreter] = everyInterpreter().filter(({minor}) => Number(minor.split('.')[1]) >= 8);
  if (interpreter === undefined) throw new Error('there is no Python');

  expect(await whileRunning('sh', ['-c', 'echo started; read answer'], (pid) => openPeekReader(pid))).toMatchObject({
    kind: 'unsupported',
    why: expect.stringMatching(/^no CPython was found in \w+: only CPython 3\.8 to 3\.15 can be read$/) as string,
  });
  expect(await whileRunning(interpreter.program, sleeper, (pid) => openPeekReader(pid))).toMatchObject({
    kind: 'failed',
    why: expect.stringMatching(/^CPython 3\.\d+(?:\.\d+)?, but no thread of it runs gunicorn’s arbiter$/) as string,
  });
});

test('a Python that is too old is refused by its name', async (context) => {
  const old = everyInterpreter().find(({minor}) => minor === '3.7' || minor === '3.6');
  if (old === undefined) return context.skip('CPython 3.7');

  const {minor, program} = old;
  expect(await whileRunning(program, sleeper, (pid) => openPeekReader(pid))).toMatchObject({
    kind: 'unsupported',
    why: expect.stringMatching(new RegExp(`Python ${minor}: only CPython 3.8 to 3.15 can be read`)) as string,
  });
});

test('a process of another user is denied, and what denies it is named', async (context) => {
  if (process.geteuid?.() !== 0) return context.skip('root');

  const reading = await whileRunning('sh', ['-c', 'echo started; read answer'], (pid) => {
    process.seteuid?.(65_534);
    try {
      return openPeekReader(pid);
    } finally {
      process.seteuid?.(0);
    }
  });
  expect(reading).toEqual({kind: 'denied', by: 'file mode (another user)'});
});
