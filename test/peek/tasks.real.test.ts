import {expect, test} from 'vitest';
import {gunicornEnvironment} from '../helpers/python.js';
import {proveAsync} from './prove-async.js';

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
