import type {Evidence} from '../../../source/diagnosis/verdict.js';
import type {Restart} from '../../../source/snapshot.js';
import {at, mebibyte} from './parts.js';

const timeoutEvidence = (clock: string): readonly Evidence[] => [
  {source: 'heartbeat', fact: 'silent for 30.5 s of 30 s', atMs: at(clock), supports: 'timeout'},
  {source: 'log', fact: 'gunicorn says WORKER TIMEOUT for this pid', atMs: at(clock), supports: 'timeout'},
  {source: 'exit-status', fact: 'SIGKILL', atMs: at(clock), supports: 'timeout'},
  {source: 'oom-counter', fact: 'oom_kill unchanged', contradicts: 'out-of-memory'},
  {source: 'log', fact: '"Perhaps out of memory?" is printed for every SIGKILL', contradicts: 'out-of-memory'},
  {source: 'workers', fact: 'no other worker was sent a signal', contradicts: 'reload'},
];

/** A worker killed for a silent heartbeat in a request that waits for the database. */
export function timedOut(
  pid: number,
  clock: string,
  ageSeconds: number,
  successor: number,
  restart: Partial<Restart> = {},
): Restart {
  return {
    id: `${pid}@${87_000_000 + pid}`,
    revision: 1,
    atMs: at(clock),
    master: {pid: 812},
    worker: {
      pid,
      kind: 'worker',
      startedMs: at(clock) - ageSeconds * 1000,
      ageSeconds,
      requests: 4813,
      maxRequests: 10_032,
      exit: {signal: 'SIGKILL', core: false},
      rssBytes: 198 * mebibyte,
    },
    replacement: {pid: successor, atMs: at(clock) + 200, bootSeconds: 1.9},
    branch: 'runtime',
    cause: 'timeout',
    variant: 'long-request',
    confidence: 'certain',
    expected: false,
    summary: 'no heartbeat for 30.5 s (timeout 30 s) in POST /checkout, waiting for 10.0.3.7:5432 (postgresql)',
    request: {method: 'POST', path: '/checkout', ageSeconds: 30.4},
    blockedOn: '10.0.3.7:5432 (postgresql)',
    stack: ['views.py:88 charge_card', 'views.py:61 checkout', 'base.py:197 _get_response'],
    evidence: timeoutEvidence(clock),
    questions: [
      {
        id: 'doing',
        verdict: 'request',
        answer: 'POST /checkout for 30.4 s in views.py:88 charge_card, waiting for 10.0.3.7:5432 (postgresql)',
        evidence: ['heartbeat', 'activity', 'log'],
      },
      {id: 'phase', verdict: 'handling-traffic', answer: 'handling traffic', evidence: ['activity']},
      {
        id: 'pressure',
        verdict: 'timeout-first',
        answer: 'timeout: silent for 30.5 s before the end; RSS flat at 198M',
        evidence: ['heartbeat', 'memory'],
      },
      {
        id: 'without-traffic',
        verdict: 'no',
        answer: 'no: it hung in a request, and the 3 others went on',
        evidence: ['activity'],
      },
    ],
    candidates: [{cause: 'timeout', confidence: 'certain'}],
    onsets: {heartbeatAtMs: at(clock) - 30_500},
    lost: {inFlight: 1, secondsBelowTarget: 2.1},
    ...restart,
  };
}

/** The last minute of a worker that goes silent half a minute before its end, with flat memory. */
export function silentMinute(clock: string): NonNullable<Restart['trail']> {
  return Array.from({length: 60}, (_, second) => ({
    atMs: at(clock) - (59 - second) * 1000 - 100,
    heartbeatAgeSeconds: Math.max(0.5, second - 28.6),
    rssBytes: 198 * mebibyte,
    cpuPercent: second < 29 ? 8 : 0,
    requests: 4580 + Math.min(second, 29) * 8,
  }));
}

/** What gunicorn prints about a worker that it kills for its silence. */
export function timeoutLines(pid: number, clock: string): NonNullable<Restart['log']> {
  return [
    {atMs: at(clock) - 1000, text: `WORKER TIMEOUT (pid:${pid})`},
    {atMs: at(clock), text: `Worker (pid:${pid}) was sent SIGKILL! Perhaps out of memory?`},
  ];
}

/** A worker that reached its request limit. */
export function recycled(pid: number, clock: string, restart: Partial<Restart> = {}): Restart {
  return {
    id: `${pid}@${87_000_000 + pid}`,
    revision: 1,
    atMs: at(clock),
    master: {pid: 812},
    worker: {
      pid,
      kind: 'worker',
      startedMs: at(clock) - 1_890_000,
      ageSeconds: 1890,
      requests: 10_032,
      maxRequests: 10_032,
      exit: {code: 0},
      rssBytes: 203 * mebibyte,
    },
    replacement: {pid: pid + 13, atMs: at(clock) + 300, bootSeconds: 1.7},
    branch: 'recycle',
    cause: 'max-requests',
    confidence: 'certain',
    expected: true,
    summary: 'reached its request limit (max_requests 10000 + up to 500)',
    evidence: [{source: 'log', fact: 'Autorestarting worker after current request', supports: 'max-requests'}],
    questions: [
      {
        id: 'doing',
        verdict: 'request',
        answer: 'handling a request: it answered the request that reached its limit',
        evidence: ['log'],
      },
      {id: 'phase', verdict: 'handling-traffic', answer: 'handling traffic', evidence: ['log']},
      {
        id: 'pressure',
        verdict: 'neither',
        answer: 'neither: the heartbeat was fresh; RSS flat at 203M',
        evidence: ['heartbeat'],
      },
      {id: 'without-traffic', verdict: 'no', answer: 'no: only requests count towards the limit', evidence: ['log']},
    ],
    candidates: [{cause: 'max-requests', confidence: 'certain'}],
    onsets: {},
    lost: {inFlight: 0, secondsBelowTarget: 2},
    ...restart,
  };
}
