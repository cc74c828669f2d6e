import {expect, test} from 'vitest';
import {patternOf} from '../../source/diagnosis/pattern.js';
import {moment} from '../helpers/observations.js';
import {restart, type RestartFacts} from '../helpers/restarts.js';

function pattern(...facts: readonly RestartFacts[]) {
  const {
    pattern: id,
    branch,
    summary,
    restarts,
    expected,
  } = patternOf(
    facts.map((each, index) => restart({pid: 9101 + index, ...each})),
    moment(1000).wallMs,
  );
  return [id, branch, summary, restarts, expected];
}

test('no restart is no pattern', () => {
  expect(pattern()).toEqual(['too-few', 'unknown', 'no restarts seen', 0, 0]);
});

test('one or two faults are too few for a pattern', () => {
  expect(pattern({cause: 'crash', at: 900}, {cause: 'crash', at: 950})).toEqual([
    'too-few',
    'runtime',
    '2 restarts: crash',
    2,
    0,
  ]);
});

test('restarts that were all wanted are deliberate', () => {
  expect(pattern({cause: 'max-requests', at: 900}, {cause: 'reload', at: 950}, {cause: 'reload', at: 951})).toEqual([
    'deliberate',
    'recycle',
    '2 of 3 restarts: reload, all expected',
    3,
    3,
  ]);
});

test('two boots that failed are a pattern', () => {
  expect(
    pattern({cause: 'boot-error', branch: 'boot', at: 900}, {cause: 'boot-error', branch: 'boot', at: 902}),
  ).toEqual(['on-boot', 'boot', '2 restarts: boot-error, on boot', 2, 0]);
});

test('boots that failed are summed up with what failed, and what was changed before', () => {
  const failed = {
    cause: 'boot-error',
    branch: 'boot',
    ageSeconds: 1,
    bootFailure: {
      kind: 'missing-module',
      exception: 'ModuleNotFoundError',
      message: "No module named 'stripe'",
      subject: 'stripe',
    },
    changed: {name: 'package stripe 5.0.0', atMs: moment(700).wallMs, isOneOfMore: true},
  } as const;

  expect(pattern({...failed, at: 941}, {...failed, at: 942})[2]).toBe(
    '2 restarts: boot-error, on boot: ModuleNotFoundError: stripe, package stripe 5.0.0 and more changed 4 min earlier',
  );
});

test('a recycle beside faults is counted and does not hide them', () => {
  const timeout = {cause: 'timeout', request: {method: 'POST', path: '/checkout'}} as const;

  expect(
    pattern(
      {...timeout, at: 700},
      {...timeout, at: 790},
      {cause: 'max-requests', at: 800},
      {cause: 'timeout', at: 990},
    ),
  ).toEqual(['mixed', 'runtime', '3 of 4 restarts: timeout, 2 in POST /checkout', 4, 1]);
});

test('a path that all of them share is said once', () => {
  expect(pattern({cause: 'timeout', at: 990, request: {path: '/checkout'}})[2]).toBe('1 restart: timeout in /checkout');
});

test('faults that come after memory rose are one', () => {
  const leak = {cause: 'out-of-memory', pressure: 'memory-first'} as const;

  expect(pattern({...leak, at: 500}, {...leak, at: 700}, {cause: 'killed', at: 900})[0]).toBe('after-memory-climb');
  expect(pattern({...leak, at: 500}, {cause: 'killed', at: 700}, {cause: 'killed', at: 900})[0]).toBe('mixed');
});

test('faults after the same number of requests are one', () => {
  const after = (requests: number, at: number) => ({cause: 'crash', requests, at}) as const;

  expect(pattern(after(498, 300), after(502, 600), after(500, 900))[0]).toBe('fixed-request-count');
  expect(pattern(after(10, 300), after(502, 600), after(4000, 900))[0]).toBe('mixed');
});

test('workers that hang together have served as much as each other, and that is no fixed count', () => {
  const together = (requests: number, at: number) => ({cause: 'timeout', requests, ageSeconds: 57, at}) as const;

  expect(pattern(together(53, 900), together(52, 900), together(54, 901))[0]).toBe('mixed');
});

test('faults at the same age, one life after another, are one; workers that end together are not', () => {
  const aged = (ageSeconds: number, at: number) => ({cause: 'crash', ageSeconds, at}) as const;

  expect(pattern(aged(200, 200), aged(205, 405), aged(198, 605), aged(201, 806))[0]).toBe('fixed-interval');
  expect(pattern(aged(200, 900), aged(201, 900), aged(200, 901), aged(201, 901))[0]).toBe('mixed');
});

test('the times are those of the faults, where there are any', () => {
  const {firstMs, lastMs} = patternOf(
    [restart({cause: 'reload', at: 500}), restart({cause: 'crash', at: 700}), restart({cause: 'crash', at: 800})],
    moment(1000).wallMs,
  );

  expect([firstMs, lastMs]).toEqual([moment(700).wallMs, moment(800).wallMs]);
});

test('a fixed count and a fixed age are said with their figure', () => {
  const crashes = [300, 600, 900].map((at) => ({cause: 'crash', requests: 500, at}) as const);
  const aged = [200, 405, 605, 806].map((at) => ({cause: 'crash', ageSeconds: 200, at}) as const);

  expect(pattern(...crashes)[2]).toBe('3 restarts: crash, after about 500 requests');
  expect(pattern(...aged)[2]).toBe('4 restarts: crash, at an age of about 200 s');
});

test('paths that differ in an id only are one path', () => {
  const timeout = (path: string, at: number) => ({cause: 'timeout', request: {method: 'GET', path}, at}) as const;

  expect(pattern(timeout('/orders/1', 700), timeout('/orders/2', 800), timeout('/orders/3/', 900))[2]).toBe(
    '3 restarts: timeout, 2 in GET /orders/{id}',
  );
});
