import type {Restart, Snapshot} from '../../../source/snapshot.js';
import {healthy} from './healthy.js';
import {at, mebibyte, tenMinutes, worker} from './parts.js';

const bootTraceback = {
  frames: [
    {file: 'gunicorn/arbiter.py', line: 609, function: 'spawn_worker'},
    {file: 'gunicorn/util.py', line: 371, function: 'import_app'},
    {file: '/srv/shop/shop/wsgi.py', line: 3, function: '<module>'},
    {file: '/srv/shop/shop/models.py', line: 12, function: '<module>'},
  ],
  exception: 'ModuleNotFoundError',
  message: "No module named 'stripe'",
};

function failedBoot(pid: number, clock: string): Restart {
  return {
    id: `${pid}@${87_000_000 + pid}`,
    revision: 1,
    atMs: at(clock),
    master: {pid: 812},
    expected: false,
    confidence: 'certain',
    worker: {pid, kind: 'worker', startedMs: at(clock) - 1100, ageSeconds: 1.1, requests: 0, exit: {code: 3}},
    replacement: {pid: pid + 1, atMs: at(clock) + 100},
    branch: 'boot',
    cause: 'boot-error',
    summary: "ModuleNotFoundError: No module named 'stripe' in models.py:12 <module>",
    traceback: bootTraceback,
    stack: ['models.py:12 <module>', 'wsgi.py:3 <module>'],
    evidence: [
      {source: 'log', fact: 'Exception in worker process, with a traceback', atMs: at(clock), supports: 'boot-error'},
      {source: 'exit-status', fact: 'exit code 3', atMs: at(clock), supports: 'boot-error'},
      {source: 'heartbeat', fact: 'never notified', contradicts: 'timeout'},
    ],
    questions: [
      {
        id: 'doing',
        verdict: 'booting',
        answer: 'booting: ModuleNotFoundError in models.py:12 <module>',
        evidence: ['log'],
      },
      {id: 'phase', verdict: 'starting-up', answer: 'starting up', evidence: ['heartbeat']},
      {
        id: 'pressure',
        verdict: 'unknown',
        answer: 'unknown: it did not live long enough to see memory move',
        evidence: ['heartbeat'],
      },
      {id: 'without-traffic', verdict: 'yes', answer: 'yes: it never got as far as serving a request', evidence: []},
    ],
    candidates: [{cause: 'boot-error', confidence: 'certain'}],
    onsets: {},
    lost: {},
  };
}

/** No worker gets through its import. */
export const bootLoop: Snapshot = {
  ...healthy,
  workers: [
    worker(10_412, 0.9, {
      state: 'booting',
      heartbeatAgeSeconds: 0.9,
      cpuPercent: 97,
      rssBytes: 41 * mebibyte,
      rssTrend: [41 * mebibyte],
      now: 'on the CPU',
      requests: {count: 0, source: 'access log'},
      requestsPerSecond: 0,
    }),
    {
      ...worker(10_411, 1.1, {now: ''}),
      id: '10411@87010411',
      state: 'dead',
      ended: {cause: 'boot-error', atMs: at('14:03:21')},
    },
  ],
  restarts: [
    failedBoot(10_411, '14:03:21'),
    failedBoot(10_410, '14:03:20'),
    failedBoot(10_409, '14:03:18'),
    failedBoot(10_408, '14:03:17'),
  ],
  missed: [{atMs: at('14:03:00'), count: 14, atLeast: true, why: 'boot loop faster than sampling'}],
  masterEvents: [{atMs: at('14:02:40'), event: 'reload', pid: 812}],
  bootLoop: {
    count: 38,
    atLeast: true,
    perMinute: 52,
    firstMs: at('14:02:41'),
    lastMs: at('14:03:21'),
    traceback: bootTraceback,
  },
  pattern: {
    pattern: 'on-boot',
    branch: 'boot',
    summary: '4 of 4 restarts: boot-error, on boot',
    restarts: 4,
    expected: 0,
  },
  headline: {
    status: 'incident',
    label: 'BOOT',
    text: "boot loop: at least 38 failed boots, 52 a minute: ModuleNotFoundError: No module named 'stripe' in models.py:12",
    sinceMs: at('14:02:41'),
    lastMs: at('14:03:21'),
  },
  traffic: {
    ...healthy.traffic,
    requestsPerSecond: 0,
    backlog: 212,
    backlogTrend: tenMinutes((second) => Math.max(0, second - 547) * 4),
    requestsTrend: tenMinutes((second) => (second < 559 ? 48 : 0)),
  },
};
