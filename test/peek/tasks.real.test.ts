import {expect, onTestFinished, test} from 'vitest';
import {waitFor} from '../helpers/fault-wait.js';
import {everyInterpreter} from '../helpers/interpreters.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {proveAsync} from './prove-async.js';
import {startLoad, startPeeking} from './prove-peek.js';

test.for(['asgi', 'uvicorn'] as const)(
  'of the class %s every request is named while it waits, while another one blocks the loop, and under load',
  {timeout: 120_000},
  async (workerClass) => {
    const environment = await gunicornEnvironment('newest', ['setproctitle', 'uvicorn']);

    const {looks, counts} = await proveAsync(environment, workerClass, 0.5);

    expect(looks).toBeGreaterThan(10);
    expect(counts).toBeGreaterThan(looks / 2);
  },
);

const withLists = ['3.14', '3.15'].flatMap((minor) =>
  (['asgi', 'uvicorn'] as const).map((workerClass) => ({minor, workerClass})),
);

test.for(withLists)(
  'the same holds for CPython $minor and $workerClass, where the tasks are in linked lists',
  {timeout: 120_000},
  async ({minor, workerClass}, context) => {
    const interpreter = everyInterpreter().find((one) => one.minor === minor);
    if (interpreter === undefined) return context.skip(`CPython ${minor}`);

    const environment = await gunicornEnvironment('newest', ['setproctitle', 'uvicorn'], interpreter.program);
    const {interpreter: name, counts} = await proveAsync(environment, workerClass, 0.5);

    expect(name).toMatch(new RegExp(`^CPython ${minor}`));
    expect(counts).toBeGreaterThan(10);
  },
);

test(
  'of a gevent worker the count is exact, and the request of the greenlet that runs is named',
  {timeout: 120_000},
  async () => {
    const environment = await gunicornEnvironment('newest', ['gevent', 'packaging']);
    const peeking = await startPeeking(environment, 'gevent', ['-t', '60'], 1);
    onTestFinished(peeking.stop);
    const [id] = peeking.workers();
    if (id === undefined) throw new Error('no worker');

    const load = await startLoad(environment, peeking.server.port, 30, 40);
    await load.answers;
    expect(peeking.reader.readWorker(id, {stack: false}).requestsBegun).toBe(120);

    // A greenlet that waits is on no stack that can be read; one that computes is on that of the thread.
    await peeking.server.ask('/spin/checkout?token=hidden');
    const peek = await waitFor('the request', 10_000, () => {
      const look = peeking.reader.readWorker(id, {stack: true});
      return look.requests?.[0] ? look : undefined;
    });
    expect(peek).toMatchObject({requestsBegun: 121, requests: [{method: 'GET', path: '/spin/checkout'}]});
    expect(peek.requests?.[0]?.stack?.map((frame) => frame.function)).toEqual(expect.arrayContaining(['spin', 'app']));
  },
);
