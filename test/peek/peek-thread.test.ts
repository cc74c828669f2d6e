import {Worker} from 'node:worker_threads';
import {expect, onTestFinished, test, vi} from 'vitest';
import {isThreadHeld, openPeekThread, type PeekThread} from '../../source/peek/peek-thread.js';
import {beginSpareThread} from '../../source/peek/thread-start.js';

// A thread is started for a process whose memory may be opened, as our own may.
const master = {pid: process.pid, startTicks: 1};
const workers = [9101, 9102].map((pid) => ({id: {pid, startTicks: 2}, attention: 'count' as const}));

/** A thread that reads each worker of its plan at once, and is held by the read of `holding` until it is ended. */
function threadHeldBy(holding: number): (task: object) => Worker {
  const code = `
    const {parentPort, workerData} = require('node:worker_threads');
    const cells = new Int32Array(workerData.progress);
    parentPort.postMessage({kind: 'opened', interpreter: 'CPython 3.11.7'});
    parentPort.on('message', ({workers}) => {
      for (const {id} of workers) {
        Atomics.store(cells, 1, Math.trunc(Date.now() % 2 ** 31));
        Atomics.store(cells, 0, id.pid);
        if (id.pid === ${holding}) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        Atomics.store(cells, 0, 0);
      }
      parentPort.postMessage({kind: 'read', peeked: {kind: 'peek', at: {wallMs: 0, monotonicMs: 0}, workers: workers.map(({id}) => ({id}))}});
    });`;
  return (task) => new Worker(code, {eval: true, workerData: task});
}

/** What was read until something was, while ticks go on. */
async function firstRead(thread: PeekThread) {
  for (;;) {
    thread.plan({workers, oneAtATime: true});
    const read = thread.take();
    if (read.length > 0) return read;
    // oxlint-disable-next-line no-await-in-loop -- one tick after the other
    await thread.answered(100);
  }
}

test('what was read is handed over once', async () => {
  const thread = openPeekThread(master, {start: threadHeldBy(0)});
  onTestFinished(() => thread.close());

  const read = await firstRead(thread);

  expect(read[0]?.workers.map(({id}) => id.pid)).toEqual([9101, 9102]);
  expect(thread.state()).toEqual({kind: 'reading', interpreter: 'CPython 3.11.7'});
  expect(thread.take()).toEqual([]);
});

test('a read that does not come back costs one worker, and the others are read on', async () => {
  const thread = openPeekThread(master, {start: threadHeldBy(9101)});
  onTestFinished(() => thread.close());

  const read = await firstRead(thread);

  expect(read[0]?.workers.map(({id}) => id.pid)).toEqual([9102]);
  expect(thread.givenUp()).toEqual([9101]);
});

test('a thread that was begun before its task was known does the first task, and another one the next', async () => {
  vi.stubEnv(
    'GUNSPECT_PEEK_THREAD',
    `const {parentPort, threadId} = require('node:worker_threads');
     parentPort.once('message', ({masterPid}) =>
       parentPort.postMessage({kind: 'refused', reading: {kind: 'unsupported', why: masterPid + ' by ' + threadId}}));`,
  );
  onTestFinished(() => void vi.unstubAllEnvs());
  const before = new Worker('', {eval: true}).threadId;
  beginSpareThread();
  const after = new Worker('', {eval: true}).threadId;

  const first = openPeekThread(master);
  const second = openPeekThread(master);
  onTestFinished(() => [first, second].forEach((thread) => thread.close()));
  await Promise.all([first.answered(30_000), second.answered(30_000)]);

  expect([first.state(), second.state()]).toMatchObject([
    {kind: 'refused', reading: {why: `${process.pid} by ${before + 1}`}},
    {kind: 'refused', reading: {why: `${process.pid} by ${after + 1}`}},
  ]);
});

test('a thread that fails says so', async () => {
  const thread = openPeekThread(master, {
    start: () => new Worker('throw new Error("not made")', {eval: true}),
  });
  onTestFinished(() => thread.close());

  await thread.answered(20_000);

  expect(thread.state()).toEqual({
    kind: 'refused',
    reading: {kind: 'failed', why: 'a bug of ours: not made'},
  });
});

test('a thread that is between two reads holds nobody', async () => {
  const thread = openPeekThread(master, {start: threadHeldBy(0)});
  await firstRead(thread);

  thread.close();

  expect(isThreadHeld()).toBe(false);
});

test('where the memory cannot be opened no thread is started, and the state says why at once', () => {
  const nobody = {pid: 2 ** 22 + 1, startTicks: 1};

  const thread = openPeekThread(nobody, {
    start: () => {
      throw new Error('a thread was started');
    },
  });

  expect(thread.state()).toEqual({kind: 'refused', reading: {kind: 'gone'}});
  thread.close();
});
