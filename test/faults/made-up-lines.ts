import type {RestartLine} from '../helpers/watch-stream.js';

/** A restart line with every part filled in, of worker 9101 that died in a timeout; `change` replaces whole parts. */
export function restartLine(change: Partial<RestartLine> = {}): RestartLine & Record<string, unknown> {
  return {
    v: 1,
    type: 'restart',
    id: '9101@88123456',
    revision: 1,
    at: '2026-11-22T14:03:10.412Z',
    master: {pid: 812},
    worker: {
      pid: 9101,
      kind: 'worker',
      startedAt: '2026-11-22T13:51:10.000Z',
      ageSeconds: 720.4,
      requests: 4813,
      exit: {code: 0},
    },
    replacement: {pid: 9123, at: '2026-11-22T14:03:10.500Z', bootSeconds: 1.9},
    branch: 'runtime',
    cause: 'timeout',
    variant: 'long-request',
    confidence: 'certain',
    expected: false,
    summary: 'no heartbeat for 30.5 s (timeout 30 s) in GET /sleep',
    request: {method: 'GET', path: '/sleep', ageSeconds: 30.4},
    evidence: [{source: 'heartbeat', fact: 'silent for 30.5 s of 30 s', supports: 'timeout'}],
    questions: [
      {id: 'doing', verdict: 'request', answer: 'GET /sleep for 30.4 s', evidence: ['activity']},
      {id: 'phase', verdict: 'handling-traffic', answer: 'One client was connected', evidence: ['activity']},
      {id: 'pressure', verdict: 'timeout-first', answer: 'Silent since 14:02:40', evidence: ['heartbeat']},
      {id: 'without-traffic', verdict: 'no', answer: 'Idle workers kept beating', evidence: ['heartbeat']},
    ],
    candidates: [{cause: 'timeout', confidence: 'certain'}],
    onsets: {heartbeatAt: '2026-11-22T14:02:40.000Z'},
    lost: {inFlight: 1},
    ...change,
  } as RestartLine & Record<string, unknown>;
}
