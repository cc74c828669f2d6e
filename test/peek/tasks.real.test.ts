import {expect, test} from 'vitest';
import {everyInterpreter} from '../helpers/interpreters.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {proveAsync} from './prove-async.js';
import {proveGevent} from './prove-gevent.js';

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

    const {counts, served} = await proveGevent(environment, 'gevent', 1);

    expect(counts).toBeGreaterThan(10);
    expect(served).toBeGreaterThan(10);
  },
);
