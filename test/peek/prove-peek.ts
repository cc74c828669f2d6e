import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {setImmediate as turn} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {expect} from 'vitest';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import type {ProcessId, WorkerPeek} from '../../source/observation.js';
import {openPeekReader, type PeekReader} from '../../source/peek/peek-reader.js';
import {identify} from '../../source/sensors/procfs.js';
import {valueOf} from '../../source/sensors/reading.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startServer, type RealServer} from '../sensors/real-server.js';

export type PeekClass = 'sync' | 'gthread' | 'gevent' | 'asgi' | 'uvicorn' | 'uvicorn-worker';

const classArguments: Readonly<Record<PeekClass, readonly string[]>> = {
  sync: ['peek_app:app'],
  gthread: ['-k', 'gthread', '--threads', '4', 'peek_app:app'],
  gevent: ['-k', 'gevent', 'peek_app:app'],
  asgi: ['-k', 'asgi', '--asgi-loop', 'asyncio', '--access-logfile', '/dev/null', 'async_app:app'],
  uvicorn: ['-k', 'uvicorn.workers.UvicornWorker', 'async_app:app'],
  'uvicorn-worker': ['-k', 'uvicorn_worker.UvicornWorker', 'async_app:app'],
};

/** A real gunicorn with an application of these tests, and a reader on it. */
export type Peeking = {
  readonly server: RealServer;
  readonly reader: PeekReader;
  readonly workers: () => readonly ProcessId[];
  readonly stop: () => Promise<void>;
};

export function idOf(pid: number): ProcessId {
  const id = identify(pid);
  if (id.kind !== 'ok') throw new Error(`process ${pid} is ${id.kind}`);
  return id.value;
}

export async function startPeeking(
  environment: PythonEnvironment,
  workerClass: PeekClass,
  args: readonly string[] = [],
  count = 2,
): Promise<Peeking> {
  const workers = ['-w', String(count), '-b', '127.0.0.1:PORT'];
  const server = await startServer({
    command: [environment.gunicorn, ...workers, ...args, ...classArguments[workerClass]],
    files: {
      'peek_app.py': new URL('peek-app.py', import.meta.url),
      'async_app.py': new URL('async-app.py', import.meta.url),
    },
  });
  try {
    await server.waitForWorkers(count);
    const opened = openPeekReader(server.pid);
    if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));

    const reader = opened.value;
    return {
      server,
      reader,
      // One of them may be gone by now.
      workers: () => server.workers().flatMap((pid) => valueOf(identify(pid)) ?? []),
      stop: async () => {
        reader.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

export type Answers = Readonly<Record<string, number>>;

/** Starts the load; it ends by itself and then tells how many requests each worker answered. */
export async function startLoad(
  {python}: PythonEnvironment,
  port: number,
  seconds: number,
  requestsEach = 1_000_000,
): Promise<{readonly answers: Promise<Answers>; readonly isRunning: () => boolean}> {
  const program = fileURLToPath(new URL('load.py', import.meta.url));
  const load = spawn(python, [program, String(port), String(seconds), String(requestsEach)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(load, 'spawn');
  const answers = text(load.stdout).then((output) => JSON.parse(output) as Answers);
  return {answers, isRunning: () => load.exitCode === null && load.signalCode === null};
}

export type LoadReport = {
  readonly looks: number;
  readonly requestsSeen: number;
  readonly counts: number;
  readonly served: number;
};

/** Reads as fast as it can while a load runs: no request but those of the load, no count that falls, the last one exact. */
export async function proveUnderLoad(
  {server, reader, workers}: Peeking,
  environment: PythonEnvironment,
  seconds: number,
  // The stack of a greenlet begins elsewhere.
  {threadsBeginAsUsual = true} = {},
): Promise<LoadReport> {
  const ids = workers();
  const before = new Map(ids.map((id) => [id.pid, reader.readWorker(id, {stack: true}).requestsBegun ?? 0]));
  const load = await startLoad(environment, server.port, seconds);
  const wrong: unknown[] = [];
  const last = new Map(before);
  let looks = 0;
  let requestsSeen = 0;
  let counts = 0;
  while (load.isRunning()) {
    for (const id of ids) {
      const peek = reader.readWorker(id, {stack: true});
      looks += 1;
      for (const {method, path} of peek.requests ?? []) {
        requestsSeen += 1;
        if (method !== 'GET' || !/^\/load\/[012]\/\d+$/.test(path)) wrong.push({method, path});
      }
      for (const {frames, isMain} of peek.threads ?? []) {
        const outermost = frames.at(-1)?.function;
        const begins = isMain ? ['<module>', '_run_module_as_main'] : ['_bootstrap'];
        if (threadsBeginAsUsual && outermost !== undefined && !begins.includes(outermost))
          wrong.push({isMain, outermost});
      }
      if (peek.requestsBegun !== undefined) {
        counts += 1;
        if (peek.requestsBegun < (last.get(id.pid) ?? 0))
          wrong.push({count: peek.requestsBegun, last: last.get(id.pid)});
        last.set(id.pid, peek.requestsBegun);
      }
    }
    await turn();
  }

  const answers = await load.answers;
  expect(wrong).toEqual([]);
  for (const {pid} of ids) {
    const sent = answers[String(pid)] ?? 0;
    const begun = (): number =>
      (reader.readWorker(idOf(pid), {stack: true}).requestsBegun ?? 0) - (before.get(pid) ?? 0);
    expect(begun()).toBe(sent);
  }
  return {looks, requestsSeen, counts, served: Object.values(answers).reduce((sum, count) => sum + count, 0)};
}

type Dump = ReadonlyArray<ReadonlyArray<{readonly function: string; readonly file: string; readonly line?: number}>>;

/** What faulthandler wrote last: the frames of each thread, in its order. */
function parseDump(written: string): Dump {
  const threads: Array<Array<Dump[number][number]>> = [];
  for (const line of written.split('\n')) {
    if (/^(?:Current thread|Thread) 0x/.test(line)) threads.push([]);
    const frame = /^ {2}File "(.*)", line (\d+) in (.*)$/.exec(line);
    if (frame !== null) threads.at(-1)?.push({file: frame[1] ?? '', line: Number(frame[2]), function: frame[3] ?? ''});
  }

  return threads;
}

const dumpSignal = 40;

async function dumpOf({server}: Peeking, pid: number): Promise<Dump> {
  const file = join(server.folder, `stacks-${pid}.txt`);
  const before = readFileSync(file, 'utf8').length;
  process.kill(pid, dumpSignal);
  // The outermost frame is the last line of the dump: the main thread is written last.
  const written = await waitFor('faulthandler to write', 5000, () => {
    const now = readFileSync(file, 'utf8').slice(before);
    return now.endsWith('in <module>\n') ? now : undefined;
  });
  return parseDump(written);
}

/** The stacks of every thread are those that faulthandler writes. A thread that polls may be between two lines: it gets a few chances. */
export async function proveStacks(peeking: Peeking, id: ProcessId): Promise<WorkerPeek> {
  for (let attempt = 0; ; attempt++) {
    const dump = await dumpOf(peeking, id.pid);
    const peek = peeking.reader.readWorker(id, {stack: true});
    const seen = peek.threads?.map(({frames}) => frames);
    if (attempt === 4 || JSON.stringify(sorted(seen)) === JSON.stringify(sorted(dump))) {
      expect(seen).toEqual(dump);
      return peek;
    }
  }
}

function sorted(dump: Dump | undefined): unknown {
  return dump?.map((frames) => frames.map(({file, line, function: name}) => [file, line, name]));
}

/** Sends one request that stays, and gives the worker that has it. */
export async function holdRequest(peeking: Peeking, page: string): Promise<WorkerPeek> {
  await peeking.server.ask(page);
  return waitFor(
    'a worker with the request',
    10_000,
    () =>
      peeking
        .workers()
        .map((id) => peeking.reader.readWorker(id, {stack: true}))
        .find(
          ({requests}) =>
            requests?.some(
              ({path, stack}) =>
                path === page.replace(/\?.*/, '') && /^wait(?:_for_good)?$/.test(stack?.[0]?.function ?? ''),
            ) === true,
        ),
    () => JSON.stringify(peeking.workers().map((id) => peeking.reader.readWorker(id, {stack: true}))),
  );
}

/** The count stays right when the application turns the worker's attributes into a dict, with more of them than a class shares. */
async function proveAttributeForms({server, reader, workers}: Peeking): Promise<void> {
  const count = (): number =>
    workers().reduce((sum, id) => sum + (reader.readWorker(id, {stack: true}).requestsBegun ?? 0), 0);
  const before = count();
  await server.ask('/attributes');
  await waitFor('the request to be counted', 10_000, () => count() === before + 1);
}

/** Everything that one combination of Python, gunicorn and worker class must show. */
export async function provePeek(
  environment: PythonEnvironment,
  workerClass: PeekClass,
  loadSeconds: number,
): Promise<LoadReport & {readonly interpreter: string}> {
  const peeking = await startPeeking(environment, workerClass);
  try {
    const {reader, workers} = peeking;
    const idle = await proveStacks(peeking, workers()[0]!);
    expect(idle).toMatchObject({requestsBegun: 0, requests: [], spawnReason: 'initial'});
    expect(idle).not.toHaveProperty('maxRequests');

    const report = await proveUnderLoad(peeking, environment, loadSeconds);

    await proveAttributeForms(peeking);

    const sinceMs = Date.now();
    const held = await holdRequest(peeking, '/hold/a%20b?token=hidden');
    const proven = await proveStacks(peeking, held.id);
    const [request] = proven.requests ?? [];
    expect(proven.requests).toHaveLength(1);
    expect(request).toMatchObject({method: 'GET', path: '/hold/a%20b'});
    expect(Math.abs((request?.startedWallMs ?? 0) - sinceMs)).toBeLessThan(5000);
    expect(request?.stack?.[0]).toMatchObject({function: 'wait_for_good'});
    return {...report, interpreter: reader.interpreter};
  } finally {
    await peeking.stop();
  }
}
