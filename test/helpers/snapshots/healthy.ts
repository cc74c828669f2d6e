import type {MasterView, Snapshot} from '../../../source/snapshot.js';
import {allSources, mebibyte, nowMs, tenMinutes, worker} from './parts.js';

export const master: MasterView = {
  pid: 812,
  startedMs: nowMs - (3 * 86_400 + 4 * 3600 + 12 * 60) * 1000,
  user: 'shop',
  alive: true,
  settings: {
    app: {value: 'shop.wsgi:app', source: 'command-line'},
    version: {value: '23.0.0', source: 'log'},
    workerClass: {value: 'sync', source: 'default'},
    workers: {value: 4, source: 'command-line'},
    timeoutSeconds: {value: 30, source: 'default'},
    maxRequests: {value: 10_000, source: 'command-line'},
    maxRequestsJitter: {value: 500, source: 'command-line'},
    bind: {value: ['0.0.0.0:8000'], source: 'command-line'},
  },
};

/** A healthy shop: four workers, nothing to say. */
export const healthy: Snapshot = {
  at: {wallMs: nowMs - 400, monotonicMs: 880_000_000},
  target: '812',
  master,
  workers: [
    worker(9121, 724, {heartbeatAgeSeconds: 11.2}),
    worker(9122, 721.4, {requests: {count: 4812, source: 'access log'}, rssBytes: 201 * mebibyte}),
    worker(9123, 720.9, {
      state: 'busy',
      heartbeatAgeSeconds: 0.3,
      request: {method: 'GET', path: '/basket', ageSeconds: 0.3},
      now: 'on the CPU',
      cpuPercent: 61,
    }),
    worker(9124, 720.2, {heartbeatAgeSeconds: 4, requests: {count: 4790, source: 'access log'}}),
  ],
  restarts: [],
  missed: [],
  masterEvents: [],
  heavyPaths: [],
  pattern: {pattern: 'too-few', branch: 'unknown', summary: 'no restarts seen', restarts: 0, expected: 0},
  headline: {status: 'healthy', label: 'HEALTHY', text: '4 workers answer, 48 requests a second; no restart seen'},
  traffic: {
    requestsPerSecond: 48.2,
    backlog: 0,
    backlogLimit: 2048,
    backlogTrend: tenMinutes((second) => (second === 541 ? 2 : 0)),
    requestsTrend: tenMinutes((second) => 44 + 4 * Math.sin(second / 20)),
    connectionsTrend: [],
  },
  memory: {
    usedBytes: 1022 * mebibyte,
    limitBytes: 2048 * mebibyte,
    workersRssBytes: 796 * mebibyte,
    trend: tenMinutes(() => 1022 * mebibyte),
  },
  cpu: {percent: 32, processors: 4, trend: tenMinutes((second) => 30 + (second % 7))},
  sources: allSources,
};
