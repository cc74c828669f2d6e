import type {Snapshot} from '../../../source/snapshot.js';
import {healthy} from './healthy.js';
import {allSources, at, mebibyte, tenMinutes, worker} from './parts.js';
import {recycled, silentMinute, timedOut, timeoutLines} from './restarts.js';

/** Workers hang in the same request and are killed one after the other. */
export const timeoutStorm: Snapshot = {
  ...healthy,
  workers: [
    worker(9100, 724, {
      state: 'stuck',
      heartbeatAgeSeconds: 27.4,
      killInSeconds: 2.6,
      requestsPerSecond: 0,
      cpuPercent: 1,
      rssBytes: 212 * mebibyte,
      rssTrend: [198, 198, 199, 203, 206, 209, 212, 212].map((value) => value * mebibyte),
      pssBytes: 141 * mebibyte,
      peakRssBytes: 212 * mebibyte,
      growth: {bytesPerSecond: 1.1 * mebibyte, bytesPerRequest: 220 * 1024},
      secondsToLimit: 400,
      request: {method: 'POST', path: '/checkout', ageSeconds: 27.4},
      now: 'recv 10.0.3.7:5432 (postgresql)',
    }),
    {
      ...worker(9101, 720.4, {heartbeatAgeSeconds: 30.5, now: 'recv 10.0.3.7:5432 (postgresql)'}),
      id: '9101@87927660',
      state: 'dead',
      ended: {cause: 'timeout', atMs: at('14:03:19')},
    },
    worker(9112, 199.8, {
      state: 'stuck',
      heartbeatAgeSeconds: 18.9,
      requestsPerSecond: 0,
      cpuPercent: 0,
      requests: {count: 1207, source: 'access log'},
      request: {method: 'POST', path: '/checkout', ageSeconds: 18.9},
      now: 'recv 10.0.3.7:5432 (postgresql)',
    }),
    worker(9117, 97.7, {heartbeatAgeSeconds: 1.2, requests: {count: 1103, source: 'access log'}}),
    worker(9123, 2.8, {
      state: 'booting',
      heartbeatAgeSeconds: 2.8,
      cpuPercent: 99,
      rssBytes: 84 * mebibyte,
      rssTrend: [12, 31, 66, 84].map((value) => value * mebibyte),
      now: 'on the CPU',
      requests: {count: 0, source: 'access log'},
      requestsPerSecond: 0,
    }),
  ],
  restarts: [
    timedOut(9101, '14:03:19', 720.4, 9123, {
      id: '9101@87927660',
      replacement: {pid: 9123, atMs: at('14:03:19') + 200},
      trail: silentMinute('14:03:19'),
      log: timeoutLines(9101, '14:03:19'),
    }),
    recycled(9088, '14:01:44', {replacement: {pid: 9117, atMs: at('14:01:44') + 300, bootSeconds: 1.7}}),
    timedOut(9109, '14:00:02', 91, 9112),
    timedOut(9107, '13:58:31', 131, 9109),
    timedOut(9104, '13:56:20', 130, 9107, {
      confidence: 'likely',
      candidates: [
        {cause: 'timeout', confidence: 'likely'},
        {cause: 'killed', confidence: 'possible'},
      ],
    }),
    timedOut(9071, '13:54:10', 1802, 9104),
  ],
  heavyPaths: [
    {
      path: 'POST /checkout',
      timeouts: 5,
      memoryDeaths: 0,
      faults: 5,
      seen: 41,
      longestSeconds: 30.4,
      typicalSeconds: 12.5,
    },
  ],
  masterEvents: [{atMs: at('13:51:02'), event: 'reload', pid: 812}],
  pattern: {
    pattern: 'after-traffic-spike',
    branch: 'runtime',
    summary: '5 of 6 restarts: timeout, 5 in POST /checkout, after traffic spikes',
    restarts: 6,
    expected: 1,
    firstMs: at('13:54:10'),
    lastMs: at('14:03:19'),
  },
  headline: {
    status: 'incident',
    label: 'RUNTIME',
    text: 'timeout pressure: 5 of 6 restarts in 10 min died in POST /checkout waiting for 10.0.3.7:5432 (postgresql), after traffic spikes; memory flat; 1 expected recycle',
    sinceMs: at('13:54:10'),
    lastMs: at('14:03:19'),
  },
  traffic: {
    requestsPerSecond: 412,
    backlog: 37,
    backlogLimit: 2048,
    backlogTrend: tenMinutes((second) => Math.max(0, Math.round((second - 120) / 13))),
    requestsTrend: tenMinutes((second) => (second < 60 ? 90 : second < 240 ? 90 + (second - 60) * 2 : 412)),
    connectionsTrend: [],
  },
  memory: {
    ...healthy.memory,
    usedBytes: 1638 * mebibyte,
    trend: tenMinutes((second) => (1600 + second / 16) * mebibyte),
  },
  cpu: {percent: 108, trend: tenMinutes((second) => Math.max(100, 340 - second / 2))},
  sources: allSources.map((source) =>
    source.id === 'exits'
      ? {id: 'exits', state: 'denied', why: 'pidfd of another user', unlock: 'run as root or as user shop'}
      : source,
  ),
};
