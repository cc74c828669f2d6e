import type {Attached} from '../../source/observation.js';
import type {Restart, Snapshot} from '../../source/snapshot.js';

/** 2026-11-22 14:03:10.412 UTC. */
export const deathMs = Date.UTC(2026, 10, 22, 14, 3, 10, 412);

export const attached: Attached = {
  kind: 'attached',
  at: {wallMs: deathMs - 60_000, monotonicMs: 1000},
  target: 'shop',
  master: {
    id: {pid: 812, startTicks: 500},
    startedWallMs: deathMs - 3_600_000,
    parentPid: 1,
    user: 'www-data',
    settings: {
      app: {value: 'shop.wsgi:app', source: 'command-line'},
      version: {value: '23.0.0', source: 'log'},
      workerClass: {value: 'sync', source: 'default'},
      workers: {value: 4, source: 'command-line'},
      timeoutSeconds: {value: 30, source: 'default'},
      bind: {value: ['0.0.0.0:8000'], source: 'command-line'},
    },
  },
  sources: [
    {id: 'log', state: 'ok'},
    {id: 'exits', state: 'denied', why: 'file mode (another user)', unlock: 'run gunspect as root'},
  ],
};

/** A worker killed for a silent heartbeat, with everything known of it. */
export const timeoutRestart: Restart = {
  id: '9101@88123456',
  revision: 1,
  atMs: deathMs,
  master: {pid: 812},
  worker: {
    pid: 9101,
    nsPid: 17,
    kind: 'worker',
    startedMs: deathMs - 720_400,
    ageSeconds: 720.4444,
    requests: 4813,
    maxRequests: 1032,
    exit: {signal: 'SIGKILL', core: false},
    rssBytes: 222_298_112,
  },
  replacement: {pid: 9123, atMs: deathMs + 100, bootSeconds: 1.8766},
  branch: 'runtime',
  cause: 'timeout',
  variant: 'long-request',
  confidence: 'certain',
  expected: false,
  summary: 'no heartbeat for 30.5 s (timeout 30 s) in POST /checkout, waiting for 10.0.3.7:5432',
  request: {method: 'POST', path: '/checkout', ageSeconds: 30.4321},
  blockedOn: '10.0.3.7:5432',
  stack: ['views.py:88 charge_card'],
  evidence: [
    {source: 'heartbeat', fact: 'silent for 30.5 s of 30 s', supports: 'timeout'},
    {source: 'oom-counter', fact: 'oom_kill unchanged', atMs: deathMs, contradicts: 'out-of-memory'},
  ],
  questions: [
    {id: 'doing', verdict: 'request', answer: 'POST /checkout for 30.4 s', evidence: ['heartbeat', 'activity']},
    {id: 'phase', verdict: 'handling-traffic', answer: 'handling traffic', evidence: ['activity']},
    {id: 'pressure', verdict: 'timeout-first', answer: 'timeout: silent since 14:02:40', evidence: ['heartbeat']},
    {id: 'without-traffic', verdict: 'no', answer: 'no: idle workers kept beating', evidence: ['workers']},
  ],
  candidates: [{cause: 'timeout', confidence: 'certain'}],
  onsets: {heartbeatAtMs: deathMs - 30_500},
  lost: {inFlight: 1, secondsBelowTarget: 2.0789},
};

/** A recycle of which little is known. */
export const recycleRestart: Restart = {
  ...timeoutRestart,
  id: '9088@88000000',
  worker: {pid: 9088, kind: 'worker', startedMs: deathMs - 10_000, ageSeconds: 10},
  branch: 'recycle',
  cause: 'max-requests',
  confidence: 'certain',
  expected: true,
  summary: 'reached its limit of 1032 requests',
};

export const snapshot: Snapshot = {
  at: {wallMs: deathMs, monotonicMs: 61_000},
  target: 'shop',
  workers: [
    {
      id: '9121@1',
      pid: 9121,
      kind: 'worker',
      generation: 3,
      ageSeconds: 724.0987,
      state: 'busy',
      heartbeatAgeSeconds: 0.4321,
      requests: {count: 4812, source: 'access log'},
      requestsPerSecond: 12.0612,
      cpuPercent: 8.04,
      rssBytes: 222_298_112,
      rssTrend: [1, 2],
      now: 'POST /checkout',
      request: {method: 'POST', path: '/checkout', ageSeconds: 0.3333},
    },
    {id: '9122@1', pid: 9122, kind: 'worker', generation: 3, ageSeconds: 3, state: 'alive', rssTrend: [], now: ''},
    {id: '9101@1', pid: 9101, kind: 'worker', generation: 2, ageSeconds: 3, state: 'dead', rssTrend: [], now: ''},
    {id: '9130@1', pid: 9130, kind: 'successor', generation: 1, ageSeconds: 3, state: 'idle', rssTrend: [], now: ''},
  ],
  restarts: [],
  missed: [],
  masterEvents: [],
  heavyPaths: [],
  pattern: {pattern: 'too-few', branch: 'unknown', summary: 'no restart yet', restarts: 0, expected: 0},
  headline: {status: 'healthy', label: 'HEALTHY', text: 'no restart since attach'},
  traffic: {backlog: 37, backlogLimit: 2048, backlogTrend: [37], requestsTrend: [], connectionsTrend: []},
  memory: {trend: []},
  cpu: {trend: []},
  sources: [],
};
