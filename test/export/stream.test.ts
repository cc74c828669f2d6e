import {expect, test} from 'vitest';
import {detachedEvent, happeningEvent, restartEvent, sampleEvent, streamLine} from '../../source/export/stream.js';
import {problemsOfLine} from '../helpers/watch-contract.js';
import {attached, deathMs, recycleRestart, snapshot, timeoutRestart} from './sample-values.js';

test('attached carries the settings that are known and no others', () => {
  expect(happeningEvent({kind: 'attached', attached})).toStrictEqual({
    v: 1,
    type: 'attached',
    at: '2026-11-22T14:02:10.412Z',
    target: 'shop',
    master: {
      pid: 812,
      startedAt: '2026-11-22T13:03:10.412Z',
      app: 'shop.wsgi:app',
      version: '23.0.0',
      workerClass: 'sync',
      workers: 4,
      timeoutSeconds: 30,
      bind: ['0.0.0.0:8000'],
    },
    sources: [
      {id: 'log', state: 'ok'},
      {id: 'exits', state: 'denied', why: 'file mode (another user)'},
    ],
  });
});

test('a restart with everything known has every key, rounded', () => {
  expect(restartEvent({...timeoutRestart, during: 'reload', reconstructed: true})).toStrictEqual({
    v: 1,
    type: 'restart',
    id: '9101@88123456',
    revision: 1,
    at: '2026-11-22T14:03:10.412Z',
    master: {pid: 812},
    worker: {
      pid: 9101,
      nsPid: 17,
      kind: 'worker',
      startedAt: '2026-11-22T13:51:10.012Z',
      ageSeconds: 720.4,
      requests: 4813,
      maxRequests: 1032,
      exit: {signal: 'SIGKILL', core: false},
    },
    replacement: {pid: 9123, at: '2026-11-22T14:03:10.512Z', bootSeconds: 1.9},
    branch: 'runtime',
    cause: 'timeout',
    variant: 'long-request',
    during: 'reload',
    confidence: 'certain',
    expected: false,
    summary: 'no heartbeat for 30.5 s (timeout 30 s) in POST /checkout, waiting for 10.0.3.7:5432',
    request: {method: 'POST', path: '/checkout', ageSeconds: 30.4},
    blockedOn: '10.0.3.7:5432',
    stack: ['views.py:88 charge_card'],
    evidence: [
      {source: 'heartbeat', fact: 'silent for 30.5 s of 30 s', supports: 'timeout'},
      {
        source: 'oom-counter',
        fact: 'oom_kill unchanged',
        at: '2026-11-22T14:03:10.412Z',
        contradicts: 'out-of-memory',
      },
    ],
    questions: [
      {id: 'doing', verdict: 'request', answer: 'POST /checkout for 30.4 s', evidence: ['heartbeat', 'activity']},
      {id: 'phase', verdict: 'handling-traffic', answer: 'handling traffic', evidence: ['activity']},
      {id: 'pressure', verdict: 'timeout-first', answer: 'timeout: silent since 14:02:40', evidence: ['heartbeat']},
      {id: 'without-traffic', verdict: 'no', answer: 'no: idle workers kept beating', evidence: ['workers']},
    ],
    candidates: [{cause: 'timeout', confidence: 'certain'}],
    onsets: {heartbeatAt: '2026-11-22T14:02:39.912Z'},
    lost: {inFlight: 1, secondsBelowTarget: 2.1},
    reconstructed: true,
  });
});

test('what is unknown of a restart is left out, whole objects too', () => {
  const {
    request: _request,
    variant: _variant,
    replacement: _replacement,
    stack: _stack,
    expected: _expected,
    blockedOn: _blockedOn,
    ...bare
  } = recycleRestart;

  const event = restartEvent({...bare, onsets: {}, lost: {}});

  expect(Object.keys(event)).toStrictEqual([
    'v',
    'type',
    'id',
    'revision',
    'at',
    'master',
    'worker',
    'branch',
    'cause',
    'confidence',
    'summary',
    'evidence',
    'questions',
    'candidates',
  ]);
  expect(event.worker).toStrictEqual({
    pid: 9088,
    kind: 'worker',
    startedAt: '2026-11-22T14:03:00.412Z',
    ageSeconds: 10,
  });
});

test('a sample holds living workers only, and no state where only existence is known', () => {
  expect(sampleEvent(snapshot, 12.6)).toStrictEqual({
    v: 1,
    type: 'sample',
    at: '2026-11-22T14:03:10.412Z',
    lateMs: 13,
    workers: [
      {
        pid: 9121,
        kind: 'worker',
        generation: 3,
        ageSeconds: 724.1,
        state: 'busy',
        heartbeatAgeSeconds: 0.4,
        requests: 4812,
        requestsPerSecond: 12.1,
        cpuPercent: 8,
        rssBytes: 222_298_112,
        request: {method: 'POST', path: '/checkout', ageSeconds: 0.3},
      },
      {pid: 9122, kind: 'worker', generation: 3, ageSeconds: 3},
    ],
    traffic: {backlog: 37, backlogLimit: 2048},
  });
});

test('ages that clocks made negative or not a number do not reach the stream', () => {
  const [worker] = snapshot.workers;
  const odd = {...worker!, ageSeconds: -0.04, heartbeatAgeSeconds: Number.NaN};

  expect(sampleEvent({...snapshot, workers: [odd]}, 0).workers[0]).toMatchObject({ageSeconds: 0});
  expect(sampleEvent({...snapshot, workers: [odd]}, 0).workers[0]).not.toHaveProperty('heartbeatAgeSeconds');
});

test('missed, master, pattern and detached have exactly their keys', () => {
  const missed = {atMs: deathMs, count: 14, atLeast: true, why: 'boot loop faster than sampling'};
  const {pattern} = snapshot;

  expect(happeningEvent({kind: 'missed', missed})).toStrictEqual({
    v: 1,
    type: 'missed',
    at: '2026-11-22T14:03:10.412Z',
    count: 14,
    atLeast: true,
    why: 'boot loop faster than sampling',
  });
  expect(happeningEvent({kind: 'master', event: {atMs: deathMs, event: 'gave-up', pid: 812}})).toStrictEqual({
    v: 1,
    type: 'master',
    at: '2026-11-22T14:03:10.412Z',
    event: 'gave-up',
    pid: 812,
  });
  expect(
    happeningEvent({kind: 'pattern', atMs: deathMs, pattern: {...pattern, firstMs: deathMs, lastMs: deathMs}}),
  ).toStrictEqual({
    v: 1,
    type: 'pattern',
    at: '2026-11-22T14:03:10.412Z',
    pattern: 'too-few',
    branch: 'unknown',
    summary: 'no restart yet',
    restarts: 0,
    expected: 0,
  });
  expect(detachedEvent(deathMs, '--for elapsed')).toStrictEqual({
    v: 1,
    type: 'detached',
    at: '2026-11-22T14:03:10.412Z',
    why: '--for elapsed',
  });
});

test('every kind of line keeps the contract of the stream', () => {
  const events = [
    happeningEvent({kind: 'attached', attached}),
    happeningEvent({kind: 'restart', restart: timeoutRestart}),
    happeningEvent({kind: 'restart', restart: recycleRestart}),
    sampleEvent(snapshot, 0),
    happeningEvent({kind: 'missed', missed: {atMs: deathMs, count: 1, atLeast: false, why: 'too slow'}}),
    happeningEvent({kind: 'master', event: {atMs: deathMs, event: 'back', pid: 812}}),
    happeningEvent({kind: 'pattern', atMs: deathMs, pattern: snapshot.pattern}),
    detachedEvent(deathMs, 'SIGTERM'),
  ];

  expect(events.flatMap((event) => problemsOfLine(streamLine(event).trimEnd()))).toStrictEqual([]);
});

test('a line is one line, and nothing in it moves a terminal', () => {
  const hostile = 'a\u001b[2J\n\u009b31m\u202e\u2028b';

  const line = streamLine(restartEvent({...timeoutRestart, summary: hostile}));

  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u2028]/);
  expect(line.endsWith('\n')).toBe(true);
  expect((JSON.parse(line) as {summary: string}).summary).toBe(hostile);
});

test('a time that no calendar has is left out, and never throws', () => {
  const restart = {
    ...timeoutRestart,
    onsets: {heartbeatAtMs: 1e20},
    worker: {...timeoutRestart.worker, startedMs: 1e20},
  };

  expect(restartEvent(restart)).not.toHaveProperty('onsets');
  expect(restartEvent(restart).worker).not.toHaveProperty('startedAt');
});
