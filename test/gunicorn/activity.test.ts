import {expect, test} from 'vitest';
import {phaseOf, type ActivityContext} from '../../source/gunicorn/activity.js';
import {describePeer, serviceName} from '../../source/gunicorn/peers.js';
import type {Activity, Wait} from '../../source/activity.js';

const asleep = (activity?: Activity) => ({processState: 'S', ...(activity !== undefined && {activity})});
const phase = (activity: Activity | undefined, context: ActivityContext) => phaseOf(asleep(activity), context).phase;

const sync: ActivityContext = {workerClass: 'sync'};
const gthread: ActivityContext = {workerClass: 'gthread'};
const database: Wait = {kind: 'peer', what: '10.0.3.7:5432', via: 'recvfrom'};
const lock: Wait = {kind: 'lock', via: 'futex'};
const epoll: Wait = {kind: 'accept', via: 'epoll_wait'};

test('a sync worker that waits in select without a client is idle', () => {
  expect(phaseOf(asleep({main: {kind: 'accept', via: 'pselect6'}, clients: 0}), sync)).toEqual({
    phase: 'idle',
    why: 'waiting for a connection',
  });
});

test('a sync worker that reads from its client is reading a request', () => {
  expect(phaseOf(asleep({main: {kind: 'client', via: 'recvfrom'}, clients: 1}), sync)).toEqual({
    phase: 'reading-request',
    why: 'waiting for its client to send',
    blockedOn: 'the client',
  });
  expect(phase({main: {kind: 'client', via: 'wait_woken'}, clients: 1}, sync)).toBe('reading-request');
});

test('a sync worker that writes to its client, or polls with one in hand, is busy', () => {
  expect(phase({main: {kind: 'client', via: 'sendto'}, clients: 1}, sync)).toBe('busy');
  expect(phase({main: {kind: 'client', via: 'pselect6'}, clients: 1}, sync)).toBe('busy');
  expect(phase({main: {kind: 'accept', via: 'epoll_wait'}, clients: 1}, sync)).toBe('busy');
});

test('a sync worker that reads from its client inside a request is busy', () => {
  expect(phase({main: {kind: 'client', via: 'recvfrom'}, clients: 1}, {...sync, requestRunning: true})).toBe('busy');
});

test('a sync worker is busy with whatever it waits for, with or without a client', () => {
  const waits: ReadonlyArray<readonly [Wait, string | undefined]> = [
    [database, '10.0.3.7:5432 (postgresql)'],
    [{kind: 'sleep', via: 'clock_nanosleep'}, 'a timer (sleep)'],
    [lock, 'a lock'],
    [{kind: 'file', what: '/srv/shop/lock'}, '/srv/shop/lock'],
    [{kind: 'child', what: 'convert'}, 'the child process convert'],
    [{kind: 'disk'}, 'the disk'],
  ];

  for (const clients of [0, 1, undefined]) {
    for (const [main, blockedOn] of waits) {
      const found = phaseOf(asleep({main, ...(clients !== undefined && {clients})}), sync);
      expect(found.phase).toBe('busy');
      expect(found.blockedOn).toBe(blockedOn);
    }
  }
});

test('a sync worker on the processor is busy with a client, and tells nothing without one', () => {
  expect(phaseOf(asleep({main: {kind: 'cpu'}, clients: 1}), sync).phase).toBe('busy');
  expect(phaseOf(asleep({main: {kind: 'cpu'}}), sync).phase).toBe('busy');
  expect(phaseOf(asleep({main: {kind: 'cpu'}, clients: 0}), sync)).toEqual({
    phase: 'unknown',
    why: 'on the processor, with no client connected',
  });
  expect(phaseOf(asleep({main: {kind: 'cpu'}, clients: 0}), {...sync, requestRunning: true}).phase).toBe('busy');
});

test('a stopped process is stopped whatever it waited for', () => {
  expect(phaseOf({processState: 'T', activity: {main: database, clients: 1}}, sync).phase).toBe('stopped');
  expect(phaseOf({processState: 't'}, {}).phase).toBe('stopped');
});

test('a gthread worker without a client is idle, also while its pool sleeps in locks', () => {
  expect(phase({main: epoll, clients: 0, threads: [lock, lock]}, gthread)).toBe('idle');
});

test('a gthread worker is busy when a thread of its pool waits for anything but a lock', () => {
  expect(phaseOf(asleep({main: epoll, clients: 2, threads: [lock, database]}), gthread)).toEqual({
    phase: 'busy',
    why: 'waiting for 10.0.3.7:5432 (postgresql)',
    blockedOn: '10.0.3.7:5432 (postgresql)',
  });
});

test('of several threads the one that works tells more than the one that reads its client', () => {
  const client: Wait = {kind: 'client', via: 'recvfrom'};

  expect(phase({main: epoll, clients: 2, threads: [client, lock]}, gthread)).toBe('reading-request');
  expect(phase({main: epoll, clients: 2, threads: [client, {kind: 'cpu'}]}, gthread)).toBe('busy');
});

test('a gthread worker whose threads all wait for a lock is unknown until something sees requests', () => {
  const activity: Activity = {main: epoll, clients: 1, threads: [lock, lock]};

  expect(phase(activity, gthread)).toBe('unknown');
  expect(phase(activity, {...gthread, requestRunning: true})).toBe('busy');
  expect(phase(activity, {...gthread, requestRunning: false})).toBe('idle');
});

test('a gthread worker that never started a thread serves nobody', () => {
  expect(phase({main: epoll, clients: 1, threads: []}, gthread)).toBe('idle');
});

test('a gthread worker whose main thread is blocked is busy with that', () => {
  expect(phaseOf(asleep({main: database, clients: 1, threads: [lock]}), gthread).blockedOn).toBe(
    '10.0.3.7:5432 (postgresql)',
  );
});

test('sync with threads is judged as gthread only when it is named so', () => {
  expect(phase({main: epoll, clients: 1, threads: [lock]}, sync)).toBe('busy');
});

for (const workerClass of ['gevent', 'eventlet', 'tornado', 'asgi', 'uvicorn.workers.UvicornWorker']) {
  test(`the loop of ${workerClass} is idle without clients, unknown with them, and busy when it is blocked`, () => {
    expect(phase({main: epoll, clients: 0}, {workerClass})).toBe('idle');
    expect(phase({main: epoll, clients: 3}, {workerClass})).toBe('unknown');
    expect(phase({main: epoll}, {workerClass})).toBe('unknown');
    expect(phase({main: epoll, clients: 3}, {workerClass, requestRunning: true})).toBe('busy');
    expect(phase({main: {kind: 'cpu'}, clients: 3}, {workerClass})).toBe('busy');
    expect(phase({main: database, clients: 3}, {workerClass})).toBe('busy');
  });
}

test('a class that is not known is only called idle without a client', () => {
  expect(phase({main: epoll, clients: 0}, {})).toBe('idle');
  expect(phase({main: epoll, clients: 1}, {})).toBe('unknown');
  expect(phase({main: database, clients: 1}, {})).toBe('busy');
});

test('without waits only the processor and frequent waking show work', () => {
  const usage = {elapsedMs: 250, cpuMs: 0, voluntarySwitches: 0};

  expect(phase(undefined, {...sync, usage})).toBe('unknown');
  expect(phase(undefined, {...sync, usage: {...usage, voluntarySwitches: 1}})).toBe('unknown');
  expect(phase(undefined, {...sync, usage: {...usage, cpuMs: 200}})).toBe('busy');
  expect(phase(undefined, {...sync, usage: {...usage, cpuMs: 10, voluntarySwitches: 20}})).toBe('busy');
  expect(phaseOf({processState: 'R'}, sync).phase).toBe('busy');
  expect(phaseOf({processState: 'D'}, sync)).toEqual({
    phase: 'busy',
    why: 'waiting for the disk',
    blockedOn: 'the disk',
  });
});

test('without waits the connections of a sync worker still tell', () => {
  expect(phase({clients: 0}, sync)).toBe('idle');
  expect(phase({clients: 1}, sync)).toBe('busy');
  expect(phase({clients: 1}, gthread)).toBe('unknown');
});

test('a peer is shown with the service of its port', () => {
  expect(describePeer('10.0.3.7:6379')).toBe('10.0.3.7:6379 (redis)');
  expect(describePeer('[::1]:443')).toBe('[::1]:443 (https)');
  expect(describePeer('10.0.3.7:5432 or 10.0.3.8:9')).toBe('10.0.3.7:5432 (postgresql) or 10.0.3.8:9');
  expect(describePeer('unix:/run/pg.sock')).toBe('unix:/run/pg.sock');
  expect(serviceName(49_152)).toBeUndefined();
});

test('a look into memory that shows no request counts for a worker on the processor whose connections cannot be read', () => {
  const onProcessor = {main: {kind: 'cpu'}} as const;

  for (const workerClass of ['sync', 'gthread', 'gevent']) {
    expect(phase(onProcessor, {workerClass, requestRunning: false})).toBe('unknown');
    expect(phase({...onProcessor, clients: 1}, {workerClass, requestRunning: false})).toBe('busy');
    expect(phase(onProcessor, {workerClass, requestRunning: true})).toBe('busy');
  }
  expect(phaseOf({processState: 'R'}, {...sync, requestRunning: false}).phase).toBe('unknown');
});

test('a worker that is seen on the processor of which it uses next to nothing works for nobody', () => {
  const onProcessor: Activity = {main: {kind: 'cpu'}};
  const using = (cpuMs: number): ActivityContext => ({workerClass: 'asgi', usage: {elapsedMs: 1000, cpuMs}});

  expect(phase(onProcessor, using(10))).toBe('unknown');
  expect(phase(onProcessor, using(400))).toBe('busy');
  expect(phase({...onProcessor, clients: 1}, using(10))).toBe('busy');
});

test('a uvicorn worker that wakes ten times a second, as it does when idle, is not told to be busy for that', () => {
  const usage = {elapsedMs: 1000, cpuMs: 10, voluntarySwitches: 11};

  expect(phase(undefined, {workerClass: 'uvicorn_worker.UvicornWorker', usage})).toBe('unknown');
  expect(phase(undefined, {workerClass: 'asgi', usage})).toBe('busy');
});
