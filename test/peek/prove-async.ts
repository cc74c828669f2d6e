import {get} from 'node:http';
import {basename} from 'node:path';
import {text} from 'node:stream/consumers';
import {once} from 'node:events';
import type {IncomingMessage} from 'node:http';
import {expect} from 'vitest';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import type {RequestInFlight, StackFrame, WorkerPeek} from '../../source/observation.js';
import {waitFor} from '../helpers/fault-wait.js';
import {proveUnderLoad, startPeeking, type LoadReport, type Peeking} from './prove-peek.js';

export type AsyncClass = 'asgi' | 'uvicorn';

async function answerOf({server}: Peeking, page: string): Promise<string> {
  const request = get({port: server.port, path: page, agent: false});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}

const look = ({reader, workers}: Peeking): WorkerPeek => reader.readWorker(workers()[0]!, {stack: true});

function waitForRequests(peeking: Peeking, isThere: (requests: readonly RequestInFlight[]) => boolean) {
  return waitFor(
    'the requests to be read',
    10_000,
    () => {
      const peek = look(peeking);
      return peek.requests && isThere(peek.requests) ? peek : undefined;
    },
    () => JSON.stringify(look(peeking)),
  );
}

const named = (stack: readonly StackFrame[] = []): readonly string[] =>
  stack.map(({function: name, file}) => `${name} ${basename(file)}`);

/** The frames of the application and what they wait in, innermost first. */
const awaitedBy = {
  '/hold/a%20b': ['wait locks.py', 'through_a_generator async_app.py', 'slow async_app.py', 'app async_app.py'],
  '/hold/task': [
    'wait locks.py',
    'rows async_app.py',
    'all_rows async_app.py',
    'in_a_task async_app.py',
    'app async_app.py',
  ],
} as const;

const isHeld = ({path, stack}: RequestInFlight): boolean => path in awaitedBy && stack?.[0]?.function === 'wait';

/** Two requests wait at the same time: both are named, with what each awaits, and every frame Python itself knows is among them. */
async function proveHeld(peeking: Peeking, workerClass: AsyncClass): Promise<void> {
  const sinceMs = Date.now();
  const answers = ['/hold/a%20b?token=hidden', '/hold/task'].map((page) => answerOf(peeking, page));
  const {requests = [], requestsBegun} = await waitForRequests(
    peeking,
    (found) => found.length === 2 && found.every(isHeld),
  );

  expect(requestsBegun).toBe(2);
  expect(requests.map(({method, path}) => `${method} ${path}`).toSorted()).toEqual([
    'GET /hold/a%20b',
    'GET /hold/task',
  ]);
  for (const {path, stack, startedWallMs} of requests) {
    // Up to 3.11 a comprehension has a frame of its own.
    const own = named(stack).filter((frame) => !frame.startsWith('<listcomp>'));
    const expected = awaitedBy[path as keyof typeof awaitedBy];
    expect(own.slice(0, expected.length)).toEqual(expected);
    if (workerClass === 'asgi') expect(Math.abs((startedWallMs ?? 0) - sinceMs)).toBeLessThan(5000);
    else expect(startedWallMs).toBeUndefined();
  }

  const python = JSON.parse(await answerOf(peeking, '/tasks')) as ReadonlyArray<
    ReadonlyArray<readonly [string, string, number]>
  >;
  const seen = requests.flatMap(({stack = []}) =>
    stack.map(({function: name, file, line}) => JSON.stringify([name, file, line])),
  );
  const ofPython = python.filter((task) => task.some(([name]) => ['slow', 'in_a_task', 'all_rows'].includes(name)));
  expect(ofPython).toHaveLength(3);
  for (const frame of ofPython.flat()) expect(seen).toContain(JSON.stringify(frame));

  await answerOf(peeking, '/release');
  await Promise.all(answers);
  const over = await waitForRequests(peeking, (found) => found.length === 0);
  expect(over.requestsBegun).toBe(4);
  expect(peeking.reader.readWorker(over.id, {stack: false}).requestsBegun).toBe(4);
}

/** A request that blocks the loop is the one that runs, and its stack that of the thread; the one that waits beside it has its own. */
async function proveBlocked(peeking: Peeking): Promise<void> {
  const waiting = answerOf(peeking, '/hold/a%20b').catch(() => undefined);
  await waitForRequests(peeking, (found) => found.some(isHeld));
  const blocking = answerOf(peeking, '/block').catch(() => undefined);
  const {requests = [], threads} = await waitForRequests(peeking, (found) =>
    found.some(({stack}) => stack?.[0]?.function === 'hold_the_loop'),
  );

  expect(requests.map(({path, stack}) => [path, stack?.[0]?.function])).toEqual([
    ['/block', 'hold_the_loop'],
    ['/hold/a%20b', 'wait'],
  ]);
  const main = threads?.find(({isMain}) => isMain)?.frames ?? [];
  const blocked = requests[0]?.stack ?? [];
  expect(blocked).toEqual(main.slice(0, blocked.length));
  expect(named(blocked)[1]).toBe('app async_app.py');

  await peeking.server.stop();
  await Promise.all([waiting, blocking]);
}

/** Everything that one combination of Python, gunicorn and a class that runs on asyncio must show. */
export async function proveAsync(
  environment: PythonEnvironment,
  workerClass: AsyncClass,
  loadSeconds: number,
): Promise<LoadReport & {readonly interpreter: string}> {
  const peeking = await startPeeking(environment, workerClass, ['-t', '60'], 1);
  try {
    await waitForRequests(peeking, (found) => found.length === 0);
    expect(look(peeking)).toMatchObject({requestsBegun: 0, requests: [], spawnReason: 'initial'});

    await proveHeld(peeking, workerClass);
    const report = await proveUnderLoad(peeking, environment, loadSeconds);
    await proveBlocked(peeking);
    return {...report, interpreter: peeking.reader.interpreter};
  } finally {
    await peeking.stop();
  }
}
