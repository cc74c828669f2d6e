import type {Restart, Snapshot} from '../../../source/snapshot.js';
import {healthy} from './healthy.js';
import {allSources, at, nowMs} from './parts.js';

/** A unit was named that has no master yet. */
export const waitingForMaster: Snapshot = {
  at: {wallMs: nowMs - 300, monotonicMs: 880_000_000},
  target: 'shop.service',
  workers: [],
  restarts: [],
  missed: [],
  masterEvents: [],
  heavyPaths: [],
  pattern: healthy.pattern,
  headline: {status: 'waiting', label: 'WAITING', text: 'no gunicorn master matches shop.service yet'},
  traffic: {backlogTrend: [], requestsTrend: [], connectionsTrend: []},
  memory: {trend: []},
  cpu: {trend: []},
  sources: [],
};

const unexplained: Restart = {
  id: '9120@87009120',
  revision: 1,
  atMs: at('14:02:19'),
  master: {pid: 812},
  worker: {pid: 9120, kind: 'worker', startedMs: at('14:01:40'), ageSeconds: 39},
  replacement: {pid: 9124, atMs: at('14:02:20')},
  branch: 'unknown',
  cause: 'unknown',
  confidence: 'possible',
  summary: 'exit status not readable; would tell: the error log, the exit status',
  evidence: [],
  questions: [
    {id: 'doing', verdict: 'unknown', answer: 'unknown: no source showed what it was doing', evidence: []},
    {id: 'phase', verdict: 'unknown', answer: 'unknown: no source showed what it was doing', evidence: []},
    {id: 'pressure', verdict: 'unknown', answer: 'unknown: the heartbeat was not readable', evidence: []},
    {id: 'without-traffic', verdict: 'unknown', answer: 'unknown: the cause is not known', evidence: []},
  ],
  candidates: [
    {cause: 'timeout', confidence: 'possible'},
    {cause: 'out-of-memory', confidence: 'possible'},
    {cause: 'max-requests', confidence: 'possible'},
  ],
  onsets: {},
  lost: {},
};

/** Another user's gunicorn: hardly anything is readable. */
export const unreadable: Snapshot = {
  ...waitingForMaster,
  target: '812',
  master: {pid: 812, startedMs: nowMs - 65_000, user: 'shop', alive: true, settings: {}},
  workers: [9121, 9122, 9123, 9124].map((pid, index) => ({
    id: `${pid}@${87_990_000 + index}`,
    pid,
    kind: 'worker' as const,
    generation: 1,
    ageSeconds: 64 - index / 10,
    state: 'alive' as const,
    rssTrend: [],
    now: '–',
  })),
  restarts: [unexplained],
  headline: {
    status: 'watching',
    label: 'WATCHING',
    text: '4 workers of user shop; 1 restart whose cause could not be read: run as shop or as root to see more',
    sinceMs: at('14:02:19'),
  },
  sources: allSources.map(({id}) =>
    id === 'processes'
      ? {id, state: 'ok' as const}
      : {id, state: 'denied' as const, why: 'another user owns the process', unlock: 'run as root or as user shop'},
  ),
  requestsUnknownBecause: 'the access log is not readable',
};
