import fc from 'fast-check';
import type {Attached, LogObserved, Observation, Peeked, Sample, WorkerSample} from '../../source/observation.js';

/** A time of a recording: `afterMs` after its begin. */
export function moment(afterMs: number) {
  return {wallMs: 1763815399000 + Math.round(afterMs), monotonicMs: 5123456.123456 + afterMs};
}

export function worker(pid: number, changes: Partial<WorkerSample> = {}): WorkerSample {
  return {
    id: {pid, startTicks: 88000 + pid},
    parentPid: 812,
    kind: 'worker',
    processState: 'S',
    cpuMs: 120,
    rssBytes: 25_000_000,
    heartbeat: {changedWallMs: 1763815399000.25, notified: true},
    activity: {main: {kind: 'accept', via: 'select'}},
    ...changes,
  };
}

export function sample(afterMs: number, workers: readonly WorkerSample[] = [worker(9101), worker(9102)]): Sample {
  return {
    kind: 'sample',
    at: moment(afterMs),
    lateMs: 0.125,
    master: {id: {pid: 812, startTicks: 88000}, processState: 'S', deadChildrenMinorFaults: 0},
    workers,
  };
}

export function attached(afterMs = 0): Attached {
  return {
    kind: 'attached',
    at: moment(afterMs),
    target: '812',
    master: {
      id: {pid: 812, startTicks: 88000},
      startedWallMs: 1763815300000,
      parentPid: 1,
      settings: {
        app: {value: 'shop.wsgi:app', source: 'command-line'},
        bind: {value: ['127.0.0.1:8000'], source: 'command-line'},
        workers: {value: 2, source: 'command-line'},
        timeoutSeconds: {value: 30, source: 'default'},
      },
    },
    sources: [
      {id: 'log', state: 'ok'},
      {id: 'exits', state: 'denied', why: 'another user', unlock: 'run gunspect as root'},
    ],
  };
}

export function logged(afterMs: number, pid: number): LogObserved {
  return {
    kind: 'log',
    at: moment(afterMs),
    event: {event: 'worker-timeout', pid, text: `WORKER TIMEOUT (pid:${pid})`, level: 'CRITICAL', emitterPid: 812},
  };
}

/** As far from 0 as a recording may hold it, and mostly with more digits than a clock has. */
const upTo = (limit: number) => fc.double({min: -limit, max: limit, noNaN: true}).map((value) => value + 0);
const anyWallMs = upTo(4e15);
const anyMonotonicMs = upTo(1e15);
const count = fc.nat();
const word = fc.stringMatching(/^[ -~]{0,12}$/);
const wait = fc.record(
  {kind: fc.constantFrom('client', 'accept', 'peer', 'cpu'), what: word, via: word},
  {requiredKeys: ['kind']},
);
const anyWorker: fc.Arbitrary<WorkerSample> = fc.record(
  {
    id: fc.record({pid: fc.integer({min: 1, max: 9}), startTicks: fc.nat(2)}),
    nsPid: count,
    parentPid: count,
    kind: fc.constantFrom('worker', 'undecided'),
    processState: fc.constantFrom('R', 'S', 'Z'),
    cpuMs: count,
    rssBytes: count,
    threads: count,
    voluntarySwitches: count,
    heartbeat: fc.record(
      {changedWallMs: anyWallMs, beatMonotonicMs: anyMonotonicMs, notified: fc.boolean()},
      {requiredKeys: ['changedWallMs', 'notified']},
    ),
    activity: fc.record(
      {main: wait, threads: fc.array(wait, {maxLength: 3}), clients: count, clientsGone: count},
      {requiredKeys: []},
    ),
    exit: fc.oneof(fc.record({code: count}), fc.record({signal: word, core: fc.boolean()})),
  },
  {requiredKeys: ['id', 'parentPid', 'kind', 'processState', 'cpuMs']},
);

/** Any sample, but of so few workers and words that two of them have much in common. */
const anySample: fc.Arbitrary<Sample> = fc.record(
  {
    kind: fc.constant('sample'),
    at: fc.record({wallMs: anyWallMs, monotonicMs: anyMonotonicMs}),
    lateMs: anyMonotonicMs,
    master: fc.record({
      id: fc.record({pid: count, startTicks: count}),
      processState: word,
      deadChildrenMinorFaults: count,
    }),
    workers: fc.array(anyWorker, {maxLength: 4}),
    listeners: fc.array(fc.record({address: word, backlog: count}, {requiredKeys: ['address']}), {maxLength: 2}),
    memory: fc.record({oomKills: count, usedBytes: count}, {requiredKeys: []}),
  },
  {requiredKeys: ['kind', 'at', 'lateMs', 'workers']},
);

const requestInFlight = fc.record(
  {
    method: word,
    path: word,
    startedWallMs: anyWallMs,
    threadId: count,
    stack: fc.array(fc.record({function: word, file: word, line: count}, {requiredKeys: ['function', 'file']}), {
      maxLength: 3,
    }),
  },
  {requiredKeys: ['method', 'path']},
);

/** Any reading of memory, of few workers. */
const anyPeeked: fc.Arbitrary<Peeked> = fc.record(
  {
    kind: fc.constant('peek'),
    at: fc.record({wallMs: anyWallMs, monotonicMs: anyMonotonicMs}),
    master: fc.record(
      {
        id: fc.record({pid: count, startTicks: count}),
        workersSpawned: count,
        settings: fc.constantFrom({}, {maxRequests: {value: 7, source: 'peek' as const}}),
      },
      {requiredKeys: ['id']},
    ),
    workers: fc.array(
      fc.record(
        {
          id: fc.record({pid: fc.integer({min: 1, max: 9}), startTicks: fc.nat(2)}),
          requestsBegun: count,
          maxRequests: count,
          spawnReason: fc.constantFrom('initial', 'reload'),
          requests: fc.array(requestInFlight, {maxLength: 2}),
          why: word,
        },
        {requiredKeys: ['id']},
      ),
      {maxLength: 3},
    ),
  },
  {requiredKeys: ['kind', 'at', 'workers']},
);

/** What a session could hand to a recorder, in an order that no session would. */
export const anyObservations: fc.Arbitrary<readonly Observation[]> = fc.array(
  fc.oneof(
    {weight: 6, arbitrary: anySample},
    {weight: 3, arbitrary: anyPeeked},
    {weight: 1, arbitrary: fc.nat(9).map((pid) => logged(pid, pid))},
    {weight: 1, arbitrary: fc.nat(9).map((afterMs) => attached(afterMs))},
    {weight: 1, arbitrary: fc.constant<Observation>({kind: 'master-gone', at: moment(1), id: {pid: 1, startTicks: 2}})},
    {weight: 1, arbitrary: fc.constant<Observation>({kind: 'access', at: moment(1), requests: [{pid: 1, count: 2}]})},
    {
      weight: 1,
      arbitrary: fc.constant<Observation>({kind: 'source', at: moment(1), source: {id: 'log', state: 'off'}}),
    },
  ),
  {maxLength: 12},
);
