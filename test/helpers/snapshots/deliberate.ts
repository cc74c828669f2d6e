import type {Restart, Snapshot} from '../../../source/snapshot.js';
import {healthy} from './healthy.js';
import {at, mebibyte, worker} from './parts.js';
import {recycled} from './restarts.js';

function reloaded(pid: number, clock: string): Restart {
  return {
    ...recycled(pid, clock),
    cause: 'reload',
    summary: 'HUP: generation 1 was replaced',
    evidence: [{source: 'log', fact: 'Handling signal: hup', atMs: at('14:03:17'), supports: 'reload'}],
    candidates: [{cause: 'reload', confidence: 'certain'}],
    questions: [
      {id: 'doing', verdict: 'idle', answer: 'idle, waiting for a connection', evidence: ['activity']},
      {id: 'phase', verdict: 'waiting', answer: 'waiting for traffic', evidence: ['activity']},
      {
        id: 'pressure',
        verdict: 'neither',
        answer: 'neither: the heartbeat was fresh; RSS flat at 203M',
        evidence: ['heartbeat', 'memory'],
      },
      {id: 'without-traffic', verdict: 'yes', answer: 'yes: traffic has no part in it', evidence: ['log']},
    ],
  };
}

/** A reload replaces the generation: two old workers drain, the new ones boot. */
export const reloading: Snapshot = {
  ...healthy,
  workers: [
    worker(9121, 724, {
      state: 'draining',
      now: 'finishing its last requests',
      request: {method: 'GET', path: '/report', ageSeconds: 4.2},
    }),
    worker(9122, 721.4, {state: 'draining', now: 'finishing its last requests'}),
    {...worker(9201, 4.4, {rssBytes: 96 * mebibyte}), generation: 2},
    {...worker(9202, 4.3, {rssBytes: 95 * mebibyte}), generation: 2},
    {...worker(9203, 4.2, {state: 'booting', now: 'on the CPU', rssBytes: 61 * mebibyte}), generation: 2},
    {...worker(9204, 4.1, {state: 'booting', now: 'on the CPU', rssBytes: 60 * mebibyte}), generation: 2},
  ],
  restarts: [reloaded(9124, '14:03:20'), reloaded(9123, '14:03:19')],
  masterEvents: [{atMs: at('14:03:17'), event: 'reload', pid: 812}],
  headline: {
    status: 'recycle',
    label: 'RELOAD',
    text: 'HUP at 14:03:17: 2 of 4 workers replaced, 2 finish their last requests',
    sinceMs: at('14:03:17'),
  },
};

/** Nothing but workers that reach their request limit. */
export const recycleOnly: Snapshot = {
  ...healthy,
  restarts: [
    recycled(9108, '14:02:58'),
    recycled(9104, '14:02:31'),
    recycled(9099, '13:40:12'),
    recycled(9095, '13:39:50'),
  ],
  headline: {
    status: 'recycle',
    label: 'RECYCLE',
    text: '4 of 4 restarts: max-requests, all expected; no request was lost',
    sinceMs: at('13:39:50'),
  },
};
