import {expect, test} from 'vitest';
import {lastDoing} from '../../source/diagnosis/last-doing.js';
import {requestInMemory} from '../../source/diagnosis/last-request.js';
import {doing} from '../../source/diagnosis/questions/doing.js';
import {phase} from '../../source/diagnosis/questions/phase.js';
import {summaryOf} from '../../source/diagnosis/summary.js';
import {decide} from '../../source/diagnosis/decide.js';
import type {Look} from '../../source/ledger/life-memory.js';
import type {RequestInFlight, ThreadStack} from '../../source/observation.js';
import {afterDeath, death, endSeconds, type KnownOfDeath} from '../helpers/death.js';
import {inFlight, stackInCheckout} from '../helpers/observations.js';

const timeoutLine = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';

function look(secondsBefore: number, requests: readonly RequestInFlight[], threads?: readonly ThreadStack[]): Look {
  const at = afterDeath(-secondsBefore);
  return {since: at, at, requests, ...(threads && {threads})};
}

/** A sync worker that is killed after 30 s in one request; `looks` are what its memory showed. */
function hung(looks: readonly Look[], more: KnownOfDeath = {}) {
  return death({
    version: '20.1.0',
    workerClass: 'sync',
    timeoutSeconds: 30,
    booted: true,
    silentSeconds: 30.5,
    log: [timeoutLine],
    memory: {looks},
    ...more,
  });
}

const checkout = inFlight(endSeconds - 30.4);

test('a worker that was killed in a request leaves it with its age and the place where its code stood', () => {
  const last = lastDoing(hung([look(1.5, [checkout])]), 'timeout');

  expect(doing(last)).toEqual({
    id: 'doing',
    verdict: 'request',
    answer: 'POST /checkout for 30.4 s in views.py:88 charge_card',
    evidence: ['peek'],
  });
  expect(phase(last).verdict).toBe('handling-traffic');
  expect(last.stack).toEqual(['views.py:88 charge_card', 'views.py:41 checkout']);
});

test('what it waited for stands beside the place', () => {
  const c = hung([look(1.5, [checkout])]);
  const {last: glimpse} = c;
  const waits = {...glimpse!.sample, activity: {main: {kind: 'peer' as const, what: '10.0.3.7:5432'}, clients: 1}};
  const glimpses = [{at: afterDeath(-2), by: afterDeath(-2), sample: waits}];

  const last = lastDoing({...c, life: {...c.life, glimpses}}, 'timeout');

  expect(doing(last).answer).toBe(
    'POST /checkout for 30.4 s in views.py:88 charge_card, waiting for 10.0.3.7:5432 (postgresql)',
  );
  expect(summaryOf(c, decide(c), last)).toBe(
    'no heartbeat for 30.5 s (timeout 30 s) in POST /checkout at views.py:88 charge_card, waiting for 10.0.3.7:5432 (postgresql)',
  );
});

test('what its memory showed after the abort is not taken for what it was in', () => {
  const handler = [{function: 'handle_abort', file: '/srv/shop/teardown.py', line: 3}];
  const late = look(0.3, [inFlight(endSeconds - 30.4, {stack: handler})]);

  expect(lastDoing(hung([look(1.5, [checkout]), late]), 'timeout').stack?.[0]).toBe('views.py:88 charge_card');
});

test('a look without a request in the silence leaves it to the other sources', () => {
  expect(requestInMemory(hung([look(1.5, [])]), 'timeout')).toBeUndefined();
});

test("a request from before the silence is not the silence's", () => {
  expect(requestInMemory(hung([look(40, [inFlight(endSeconds - 41)])]), 'timeout')).toBeUndefined();
});

test('where the log names another request, the log is believed', () => {
  const log = [timeoutLine, '[9101] [ERROR] Error handling request /other', 'Traceback (most recent call last):'];

  const last = lastDoing(hung([look(1.5, [checkout])], {log, version: '23.0.0'}), 'timeout');

  expect(last.path).toBe('/other');
  expect(last.stack?.[0]).not.toBe('views.py:88 charge_card');
});

test('a crash in a request that was seen shortly before names it; one long ago does not', () => {
  const crashed = (seconds: number) =>
    death({booted: true, exit: 'SIGSEGV', memory: {looks: [look(seconds, [inFlight(endSeconds - 3)])]}});

  expect(doing(lastDoing(crashed(0.4), 'crash')).answer).toBe('POST /checkout for 3.0 s in views.py:88 charge_card');
  expect(requestInMemory(crashed(4), 'crash')).toBeUndefined();
});

test('of several requests in flight the oldest is named as such', () => {
  const requests = [inFlight(endSeconds - 3), inFlight(endSeconds - 8, {path: '/report'})];

  const last = lastDoing(death({booted: true, exit: 'SIGKILL', memory: {looks: [look(0.4, requests)]}}), 'killed');

  expect(doing(last).answer).toBe('POST /report for 8.0 s in views.py:88 charge_card; the oldest of 2 in flight');
});

const elsewhere = [{function: 'chat', file: '/srv/shop/chat.py', line: 9}];
const main: ThreadStack = {isMain: true, moving: false, frames: stackInCheckout};

test('of several requests on a blocked loop, the one whose code stands where the loop stands is to blame', () => {
  const requests = [inFlight(endSeconds - 90, {path: '/chat', stack: elsewhere}), inFlight(endSeconds - 31)];

  const last = lastDoing(hung([look(1.5, requests, [main])], {workerClass: 'asgi'}), 'timeout');

  expect(last).toMatchObject({path: '/checkout', stack: ['views.py:88 charge_card', 'views.py:41 checkout']});
});

test('where none of several requests can be told to block the loop, none is named', () => {
  const requests = [
    inFlight(endSeconds - 90, {path: '/chat', stack: elsewhere}),
    inFlight(endSeconds - 31, {stack: elsewhere}),
  ];

  const last = lastDoing(hung([look(1.5, requests, [main])], {workerClass: 'asgi'}), 'timeout');

  expect(last.path).toBeUndefined();
  expect(doing(last).answer).toBe(
    'a request in views.py:88 charge_card; 2 requests were in flight, and which of them blocked the others is not known',
  );
});
