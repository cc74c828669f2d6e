import type {Snapshot} from '../../../source/snapshot.js';
import {healthy, master} from './healthy.js';
import {worker} from './parts.js';
import {timeoutStorm} from './timeout-storm.js';

/** 64 workers, three of them stuck, two out of sight. */
export const manyWorkers: Snapshot = {
  ...healthy,
  master: {
    ...master,
    settings: {
      ...master.settings,
      workers: {value: 64, source: 'command-line'},
      workerClass: {value: 'gthread', source: 'command-line'},
      threads: {value: 8, source: 'command-line'},
    },
  },
  workers: Array.from({length: 64}, (_, index) =>
    worker(
      20_001 + index,
      90_000 - index * 61,
      [2, 41, 60].includes(index)
        ? {
            state: 'stuck',
            heartbeatAgeSeconds: 21 + index / 10,
            requestsPerSecond: 0,
            request: {method: 'GET', path: '/export', ageSeconds: 21},
            now: 'on the CPU',
          }
        : {heartbeatAgeSeconds: (index % 10) / 10, requests: {count: 100_000 + index * 977, source: 'access log'}},
    ),
  ),
  headline: {status: 'watching', label: 'STUCK', text: '3 of 64 workers are silent in GET /export; no restart seen'},
};

/** Texts from outside that try to break a screen. */
export const hostile: Snapshot = {
  ...timeoutStorm,
  master: {
    ...master,
    settings: {
      ...master.settings,
      app: {
        value: '商店.wsgi:application_with_a_name_that_never_ends_and_ends_nowhere_near_the_edge:👩‍👩‍👧',
        source: 'command-line',
      },
      bind: {value: ['unix:/run/\u001B[2Jé́.sock', '[::]:8000'], source: 'command-line'},
    },
  },
  workers: timeoutStorm.workers.map((row) => ({
    ...row,
    now: `recv ${'データ'.repeat(20)}\r\n\u001B[31mred\u0007`,
    request: {method: 'GET', path: `/検索/${'a'.repeat(300)}`, ageSeconds: 1.5},
  })),
  restarts: timeoutStorm.restarts.map((restart) => ({
    ...restart,
    summary: `line one\nline two \u202Eright to left \u200Bzero 😀 ${'wide宽'.repeat(40)}`,
    questions: restart.questions.map((answer) => ({
      ...answer,
      answer: `${'很'.repeat(90)}\u001B]0;title\u0007 ${answer.answer}`,
    })),
  })),
  headline: {...timeoutStorm.headline, text: `\u001B[2J${'頭'.repeat(200)} ${timeoutStorm.headline.text}`},
};
