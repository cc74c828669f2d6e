import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {Reading, WorkerPeek} from '../../source/observation.js';
import type {MasterPeek, PeekReader} from '../../source/peek/peek-reader.js';
import {readMemory} from '../../source/peek/thread-loop.js';
import {progressBytes, progressOn, type Plan, type ThreadMessage} from '../../source/peek/thread-messages.js';

const master = {pid: 812, startTicks: 1};
const worker = {pid: 9101, startTicks: 2};
const settings = {timeoutSeconds: {value: 30, source: 'peek' as const}};

/** Runs the loop over this reader until `enough` messages have come, and tells them. */
async function messagesOf(
  open: () => Reading<PeekReader>,
  enough: number,
  plan: (told: number) => Plan = () => ({workers: [{id: worker, attention: 'look'}], oneAtATime: true}),
): Promise<readonly ThreadMessage[]> {
  const over = new AbortController();
  const told: ThreadMessage[] = [];
  await readMemory({
    open,
    master,
    reader: {},
    progress: progressOn(new SharedArrayBuffer(progressBytes)),
    post: (message) => {
      told.push(message);
      if (told.length >= enough) over.abort();
    },
    plan: () => plan(told.length),
    signal: over.signal,
  });
  return told;
}

function reader(overrides: Partial<PeekReader> = {}): PeekReader {
  const ofMaster: MasterPeek = {id: master, settings, workersSpawned: 4};
  return {
    interpreter: 'CPython 3.11.7',
    readMaster: () => ({kind: 'ok', value: ofMaster}),
    readWorker: (id, {stack}): WorkerPeek => ({id, requestsBegun: 7, ...(stack && {requests: []})}),
    forgetWorker: () => undefined,
    close: () => undefined,
    ...overrides,
  };
}

test('the first turn reads the master with its settings and looks at every worker', async () => {
  const [opened, first] = await messagesOf(() => ({kind: 'ok', value: reader()}), 2);

  expect(opened).toEqual({kind: 'opened', interpreter: 'CPython 3.11.7'});
  expect(first).toMatchObject({
    kind: 'read',
    peeked: {
      kind: 'peek',
      master: {id: master, settings, workersSpawned: 4},
      workers: [{id: worker, requestsBegun: 7, requests: []}],
    },
  });
});

test('settings are told once, and the counter of the arbiter again and again', async () => {
  const told = await messagesOf(() => ({kind: 'ok', value: reader()}), 6);
  const masters = told.flatMap((message) => (message.kind === 'read' ? [message.peeked.master] : [])).filter(Boolean);

  expect(masters.length).toBeGreaterThan(1);
  expect(masters.filter((it) => it?.settings !== undefined)).toHaveLength(1);
});

test('a worker that is in the plan no more is let go of, and everything is closed at the end', async () => {
  const forgotten: number[] = [];
  let closed = false;
  const watched = reader({
    forgetWorker: ({pid}) => forgotten.push(pid),
    close: () => {
      closed = true;
    },
  });

  await messagesOf(
    () => ({kind: 'ok', value: watched}),
    4,
    (told) => ({workers: told < 3 ? [{id: worker, attention: 'count'}] : [], oneAtATime: true}),
  );

  expect(forgotten).toEqual([9101]);
  expect(closed).toBe(true);
});

test('a target that is refused is told in words, and not asked again', async () => {
  let asked = 0;
  const told = await messagesOf(() => {
    asked += 1;
    return {kind: 'denied', by: 'file mode (another user)'};
  }, 9);

  expect(told).toEqual([{kind: 'refused', reading: {kind: 'denied', by: 'file mode (another user)'}}]);
  expect(asked).toBe(1);
});

test('a master that is still starting is asked again', async () => {
  let asked = 0;
  const told = await messagesOf(() => {
    asked += 1;
    return asked < 2 ? {kind: 'failed', why: 'no arbiter yet'} : {kind: 'ok', value: reader()};
  }, 3);

  expect(told.map(({kind}) => kind)).toEqual(['refused', 'opened', 'read']);
});

test.each([
  ['a worker that is new', {id: {pid: 9102, startTicks: 3}, attention: 'count'}],
  ['a worker that is about to be killed', {id: worker, attention: 'last-words'}],
] as const)(
  '%s is read as soon as it is in the plan, and nobody else is for being there again',
  async (_who, urgent) => {
    const before: Plan = {workers: [{id: worker, attention: 'count'}], oneAtATime: true};
    let current = before;
    let turns = 0;
    let nowMs = 0;
    let tell = (): void => undefined;
    const over = new AbortController();
    const running = readMemory({
      open: () => ({kind: 'ok', value: reader()}),
      master,
      reader: {},
      progress: progressOn(new SharedArrayBuffer(progressBytes)),
      post: ({kind}) => void (turns += kind === 'read' ? 1 : 0),
      plan: () => current,
      onPlan: (listener) => {
        tell = listener;
      },
      signal: over.signal,
      now: () => ({wallMs: nowMs, monotonicMs: nowMs}),
    });
    await nextTurn();
    expect(turns).toBe(1);

    nowMs += 200;
    tell();
    await nextTurn();
    expect(turns).toBe(1);

    current = {...before, workers: [...before.workers, urgent]};
    tell();
    await nextTurn();
    expect(turns).toBe(2);
    over.abort();
    await running;
  },
);

test('workers whose looks cannot be afforded yet are counted no more often than others', async () => {
  const workers = [9101, 9102, 9103].map((pid) => ({id: {pid, startTicks: 2}, attention: 'count'}) as const);
  let counts = 0;
  let nowMs = 0;
  const over = new AbortController();
  const dear = reader({
    readWorker: (id, {stack}): WorkerPeek => {
      // A look uses up what looks may cost in a second.
      if (stack) nowMs += 20;
      else if (id.pid === 9103) counts += 1;
      return {id, requestsBegun: 7, ...(stack && {requests: []})};
    },
  });

  await readMemory({
    open: () => ({kind: 'ok', value: dear}),
    master,
    reader: {},
    progress: progressOn(new SharedArrayBuffer(progressBytes)),
    post: () => undefined,
    plan: () => {
      nowMs += 100;
      if (nowMs >= 1000) over.abort();
      return {workers, oneAtATime: true};
    },
    signal: over.signal,
    now: () => ({wallMs: nowMs, monotonicMs: nowMs}),
  });

  expect(counts).toBeLessThanOrEqual(3);
});
