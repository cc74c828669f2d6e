import {expect, test} from 'vitest';
import {openConnector} from '../../source/sensors/connector.js';
import type {ProcessEvent} from '../../source/sensors/process-events.js';
import {moment} from '../helpers/observations.js';

const masterPid = 812;

function connectorOf(events: ReadonlyArray<ProcessEvent | 'lost'>, watched: readonly number[] = []) {
  const queue = [...events];
  const socket = {next: () => queue.shift() ?? ('none' as const), close: () => undefined};
  return openConnector(masterPid, (pid) => watched.includes(pid), '/proc', {kind: 'ok', value: socket});
}

const atMs = moment(1).monotonicMs;
const fork = (pid: number, parent = masterPid): ProcessEvent => ({kind: 'fork', monotonicMs: atMs, pid, parent});
const exit = (pid: number, waitStatus: number): ProcessEvent => ({
  kind: 'exit',
  monotonicMs: atMs + 50,
  pid,
  waitStatus,
});
const neverSampled = () => false;

test('a child that no sample showed is told once, with its exit', () => {
  const connector = connectorOf([fork(9101), exit(9101, 0x9_00)]);

  expect(connector.briefLives(moment(2), neverSampled).events).toEqual([
    {kind: 'brief-life', at: moment(1.05), pid: 9101, bornAt: moment(1), exit: {code: 9}},
  ]);
  expect(connector.briefLives(moment(2), neverSampled).events).toEqual([]);
});

test('a child that was sampled, one that ran a program and a stranger are no brief lives', () => {
  const connector = connectorOf([
    ...[fork(9101), exit(9101, 9)],
    ...[fork(9102), {kind: 'exec', monotonicMs: atMs, pid: 9102} as const, exit(9102, 0)],
    ...[fork(700, 5), exit(700, 0)],
  ]);

  expect(connector.briefLives(moment(2), (pid) => pid === 9101).events).toEqual([]);
});

test('the exit of a worker that is watched is told, and forgotten when its pid comes back', () => {
  const connector = connectorOf([exit(9101, 0xb), exit(700, 0)], [9101]);

  expect(connector.statusOf(9101)).toEqual({signal: 'SIGSEGV', core: false});
  expect(connector.statusOf(700)).toBeUndefined();
  expect(connectorOf([exit(9101, 0xb), fork(9101)], [9101]).statusOf(9101)).toBeUndefined();
});

test('events that were lost are told as a gap, once', () => {
  const connector = connectorOf(['lost', fork(9101)]);

  expect(connector.briefLives(moment(2), neverSampled).hasGap).toBe(true);
  expect(connector.briefLives(moment(2), neverSampled).hasGap).toBe(false);
});

test('a thread is known by its process, when that is one of ours', () => {
  const thread = (pid: number, threadId: number) => ({kind: 'thread', monotonicMs: atMs, pid, threadId}) as const;
  const connector = connectorOf([fork(9101), thread(9101, 9120), thread(700, 701)]);
  connector.listen();

  expect(connector.ownerOf(9120)).toBe(9101);
  expect(connector.ownerOf(701)).toBeUndefined();
});

test('what stands in the way is said in words, with what would unlock it', () => {
  const {state} = openConnector(812, neverSampled, '/proc', {kind: 'denied', by: 'this kernel'});

  expect(state).toEqual({
    id: 'connector',
    state: 'denied',
    why: 'closed to us by this kernel',
    unlock: 'run gunspect as root, or give it CAP_NET_ADMIN',
  });
});

test('a child of the master is known to have run another program or not, as long as it lives', () => {
  const exec = (pid: number) => ({kind: 'exec', monotonicMs: atMs, pid}) as const;
  const connector = connectorOf([fork(9101), fork(9102), exec(9102), exec(700), fork(9103), exit(9103, 0)]);

  expect([9101, 9102, 9103, 700].map((pid) => connector.hasExecuted(pid))).toEqual([false, true, undefined, undefined]);
});
