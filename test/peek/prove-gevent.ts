import {expect} from 'vitest';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import {waitFor} from '../helpers/fault-wait.js';
import {proveUnderLoad, startPeeking, type LoadReport} from './prove-peek.js';

/** The count of a gevent worker is exact, and of its requests the one of the greenlet that runs is named. */
export async function proveGevent(
  environment: PythonEnvironment,
  workerClass: 'gevent',
  loadSeconds: number,
): Promise<LoadReport> {
  const peeking = await startPeeking(environment, workerClass, ['-t', '60'], 1);
  try {
    const report = await proveUnderLoad(peeking, environment, loadSeconds, {threadsBeginAsUsual: false});

    // A greenlet that waits is on no stack that can be read; one that computes is on that of the thread.
    const before = peeking.reader.readWorker(peeking.workers()[0]!, {stack: false}).requestsBegun ?? 0;
    await peeking.server.ask('/spin/checkout?token=hidden');
    const peek = await waitFor('the request', 10_000, () => {
      const look = peeking.reader.readWorker(peeking.workers()[0]!, {stack: true});
      return look.requests?.[0]?.stack?.some((frame) => frame.function === 'spin') ? look : undefined;
    });
    expect(peek).toMatchObject({requestsBegun: before + 1, requests: [{method: 'GET', path: '/spin/checkout'}]});
    expect(peek.requests?.[0]?.stack?.map((frame) => frame.function)).toEqual(expect.arrayContaining(['app']));
    return report;
  } finally {
    await peeking.stop();
  }
}
