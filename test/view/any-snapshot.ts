/** Snapshots that nobody would write by hand: any texts, any numbers, anything missing. */
import * as fc from 'fast-check';
import {causes} from '../../source/diagnosis/verdict.js';
import type {Restart, Snapshot, WorkerRow, WorkerState} from '../../source/snapshot.js';
import {healthy, master} from '../helpers/snapshots/healthy.js';
import {nowMs} from '../helpers/snapshots/parts.js';
import {timedOut} from '../helpers/snapshots/restarts.js';

/** Any Unicode, also halves of surrogate pairs, control characters and what changes the direction of writing. */
const anyText = fc.oneof(
  fc.string({unit: 'grapheme', maxLength: 300}),
  fc.string({unit: 'binary', maxLength: 60}),
  fc.constantFrom(
    '',
    '\u001B[2J\u001B[31m',
    '宽'.repeat(100),
    '👩‍👩‍👧‍👦'.repeat(20),
    'e\u0301\u0302',
    '\u202Eabc',
    'a\r\nb\tc',
    '\uD800',
  ),
);

const states: readonly WorkerState[] = [
  'booting',
  'hung-boot',
  'idle',
  'busy',
  'stuck',
  'draining',
  'stopped',
  'orphan',
  'alive',
  'dead',
];

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: undefined});

/** The object without its undefined members: absent is absent. */
function present<T extends object>(value: {[Key in keyof T]: T[Key] | undefined}): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

const anyNumber = fc.oneof(fc.nat(), fc.double({min: 0, max: 1e15, noNaN: true}));

const anyWorker = fc
  .record({
    pid: fc.integer({min: 1, max: 4_194_304}),
    ageSeconds: fc.double({min: 0, max: 1e9, noNaN: true}),
    state: fc.constantFrom(...states),
    heartbeatAgeSeconds: maybe(anyNumber),
    killInSeconds: maybe(fc.integer({min: -5, max: 100})),
    requests: maybe(fc.record({count: fc.nat(), source: anyText})),
    requestsPerSecond: maybe(anyNumber),
    cpuPercent: maybe(anyNumber),
    rssBytes: maybe(anyNumber),
    pssBytes: maybe(anyNumber),
    peakRssBytes: maybe(anyNumber),
    growth: maybe(fc.record({bytesPerSecond: anyNumber, bytesPerRequest: anyNumber})),
    secondsToLimit: maybe(anyNumber),
    rssTrend: fc.array(anyNumber, {maxLength: 60}),
    now: anyText,
    request: maybe(fc.record({path: anyText, ageSeconds: anyNumber})),
    generation: fc.integer({min: 1, max: 4}),
    kind: fc.constantFrom('worker' as const, 'dirty' as const, 'other' as const),
  })
  .map((row): WorkerRow => present<WorkerRow>({...row, id: `${row.pid}@${Math.round(row.ageSeconds)}`}));

const anyRestart = fc
  .record({
    pid: fc.integer({min: 1, max: 4_194_304}),
    agoMs: fc.nat({max: 1e8}),
    cause: fc.constantFrom(...causes),
    expected: maybe(fc.boolean()),
    summary: anyText,
    answer: anyText,
    path: anyText,
  })
  .map(({pid, agoMs, cause, expected, summary, answer, path}): Restart => {
    const {expected: _, ...restart} = timedOut(pid, '14:00:00', 100, pid + 1);
    return {
      ...restart,
      ...(expected === undefined ? {} : {expected}),
      id: `${pid}@${agoMs}`,
      atMs: nowMs - agoMs,
      cause,
      summary,
      request: {path},
      questions: restart.questions.map((question) => ({...question, answer})),
    };
  });

/** At least one restart, so that there is a selected one. */
export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    workers: fc.array(anyWorker, {maxLength: 70}),
    restarts: fc.array(anyRestart, {minLength: 1, maxLength: 40}),
    headline: anyText,
    app: anyText,
    backlogTrend: fc.array(fc.nat({max: 4096}), {maxLength: 60}),
    reason: maybe(anyText),
  })
  .map(({workers, restarts, headline, app, backlogTrend, reason}) => ({
    ...healthy,
    workers,
    restarts: restarts.toSorted((left, right) => right.atMs - left.atMs),
    master: {...master, settings: {...master.settings, app: {value: app, source: 'title'}}},
    headline: {...healthy.headline, text: headline, sinceMs: nowMs},
    traffic: {...healthy.traffic, backlogTrend},
    ...(reason === undefined ? {} : {requestsUnknownBecause: reason}),
  }));

/** Every size that is not too small. */
export const anySize = fc.record({
  columns: fc.integer({min: 60, max: 240}),
  rows: fc.integer({min: 15, max: 80}),
});
