import {expect, test} from 'vitest';
import {callTable, parseCallLine} from '../../source/sensors/syscalls.js';
import {waitOfCall, waitOfFunction, type DescriptorTarget, type Holdings} from '../../source/sensors/waits.js';

const targets: Readonly<Record<number, DescriptorTarget>> = {
  5: {kind: 'listener'},
  9: {kind: 'client'},
  11: {kind: 'peer', what: '10.0.3.7:5432'},
  12: {kind: 'file', what: '/data/x.lock'},
  13: {kind: 'pipe'},
};

function waitOf(line: string, {state = 'S', holdings = undefined as Holdings | undefined, architecture = 'x64'} = {}) {
  const call = parseCallLine(line);
  const table = callTable(architecture);
  if (call === undefined || table === undefined) throw new Error('no call or no table');

  return waitOfCall(call, state, table, {
    target: (descriptor) => targets[descriptor] ?? {kind: 'unknown'},
    childName: (pid) => (pid === 4242 ? 'sleep' : undefined),
    holdings,
  });
}

const rest = '0x7ffe5c0 0x0 0x0 0x0 0x7ffe5b8 0x7f12e3';
const nobody: Holdings = {clients: 0, clientsGone: 0, peers: [], children: []};
const busy: Holdings = {...nobody, clients: 1};

// The situations of a worker, as the kernel shows them on x86-64.
test.each([
  ['idle in select', `270 0x8 0x7ffe ${rest}`, nobody, {kind: 'accept', via: 'pselect6'}],
  ['idle in epoll', `232 0x4 0x7ffe ${rest}`, undefined, {kind: 'accept', via: 'epoll_wait'}],
  ['reading a database', `45 0xb 0x7ffe ${rest}`, busy, {kind: 'peer', what: '10.0.3.7:5432', via: 'recvfrom'}],
  ['reading from its client', `45 0x9 0x7ffe ${rest}`, busy, {kind: 'client', via: 'recvfrom'}],
  ['writing to its client', `44 0x9 0x7ffe ${rest}`, busy, {kind: 'client', via: 'sendto'}],
  ['sleeping', `230 0x1 0x1 ${rest}`, busy, {kind: 'sleep', via: 'clock_nanosleep'}],
  ['sleeping as Python 3.10 does', `270 0x0 0x0 ${rest}`, busy, {kind: 'sleep', via: 'pselect6'}],
  ['at a lock', `202 0x7f12 0x189 ${rest}`, busy, {kind: 'lock', via: 'futex'}],
  ['at a child', `61 0x1092 0x7ffe ${rest}`, busy, {kind: 'child', what: 'sleep', via: 'wait4'}],
  ['at a file lock', `73 0xc 0x2 ${rest}`, busy, {kind: 'file', what: '/data/x.lock', via: 'flock'}],
  ['in accept', `288 0x5 0x7ffe ${rest}`, nobody, {kind: 'accept', via: 'accept4'}],
  ['opening a path', `257 0xffffff9c 0x7f12 ${rest}`, busy, {kind: 'file', via: 'openat'}],
  ['in a call we have no name for', `999 0x1 0x2 ${rest}`, busy, {kind: 'other', via: 'system call 999'}],
])('a worker %s', (_situation, line, holdings, wait) => {
  expect(waitOf(line, {holdings})).toEqual({wait, open: false});
});

test('the same numbers are other calls on arm64', () => {
  expect(waitOf(`207 0xb 0x7ffe ${rest}`, {architecture: 'arm64'}).wait).toEqual({
    kind: 'peer',
    what: '10.0.3.7:5432',
    via: 'recvfrom',
  });
  expect(waitOf(`72 0x8 0x7ffe ${rest}`, {architecture: 'arm64', holdings: nobody}).wait.via).toBe('pselect6');
  expect(callTable('s390x')).toBeUndefined();
});

test('a running thread is on the processor, a stopped one is stopped whatever it was in', () => {
  expect(waitOf('running', {state: 'R'}).wait).toEqual({kind: 'cpu'});
  expect(waitOf(`45 0x9 0x7ffe ${rest}`, {state: 'T'}).wait).toEqual({kind: 'other', what: 'stopped'});
});

test('in state D the wait is for the disk, and keeps what it is on', () => {
  expect(waitOf(`257 0xffffff9c 0x7f ${rest}`, {state: 'D'}).wait).toEqual({kind: 'disk', via: 'openat'});
  expect(waitOf(`0 0xc 0x7f ${rest}`, {state: 'D'}).wait).toEqual({kind: 'disk', what: '/data/x.lock', via: 'read'});
  expect(waitOf('-1 0x7ffe 0x7f12', {state: 'D'}).wait).toEqual({kind: 'disk'});
});

test('a poll with one possibility is that one, with several it names them all', () => {
  const poll = `7 0x7ffe 0x1 ${rest}`;

  expect(waitOf(poll).open).toBe(true);
  expect(waitOf(poll, {holdings: {...busy, peers: ['10.0.3.7:5432']}}).wait).toMatchObject({
    kind: 'peer',
    what: '10.0.3.7:5432',
  });
  expect(waitOf(poll, {holdings: {...busy, children: ['sleep']}}).wait).toMatchObject({kind: 'child', what: 'sleep'});
  expect(waitOf(poll, {holdings: busy}).wait).toMatchObject({kind: 'client'});
  expect(waitOf(poll, {holdings: {...busy, peers: ['10.0.0.2:53', '10.0.3.7:5432']}}).wait).toMatchObject({
    kind: 'other',
    what: '10.0.0.2:53 or 10.0.3.7:5432',
  });
});

test('without a client select is the wait for work, and a poll on a peer is the application at boot', () => {
  const atBoot = {...nobody, peers: ['10.0.3.7:5432']};

  expect(waitOf(`270 0x8 0x7ffe ${rest}`, {holdings: atBoot}).wait.kind).toBe('accept');
  expect(waitOf(`7 0x7ffe 0x1 ${rest}`, {holdings: atBoot}).wait).toMatchObject({kind: 'peer', what: '10.0.3.7:5432'});
});

test('a socket that the tables do not have yet leaves the question open', () => {
  expect(waitOf(`45 0x63 0x7ffe ${rest}`, {holdings: busy})).toEqual({
    wait: {kind: 'other', via: 'recvfrom'},
    open: true,
  });
});

test('lines that are none are told from calls', () => {
  expect(parseCallLine('')).toBeUndefined();
  expect(parseCallLine('0\n')).toBeUndefined();
  expect(parseCallLine('45 zz 0x1 ')).toBeUndefined();
  expect(parseCallLine('-1 0x7ffe 0x7f12')).toEqual({kind: 'no-call'});
});

function waitIn(name: string, state = 'S', holdings?: Holdings) {
  return waitOfFunction(name, state, {target: () => ({kind: 'unknown'}), childName: () => undefined, holdings});
}

test.each([
  ['do_select', nobody, 'accept'],
  ['poll_schedule_timeout.constprop.0', nobody, 'accept'],
  ['ep_poll', undefined, 'accept'],
  ['do_epoll_wait', undefined, 'accept'],
  ['futex_wait_queue', busy, 'lock'],
  ['futex_do_wait', busy, 'lock'],
  ['hrtimer_nanosleep', busy, 'sleep'],
  ['do_wait', busy, 'child'],
  ['locks_lock_inode_wait', busy, 'file'],
  ['wait_woken', busy, 'client'],
  ['some_new_function', busy, 'other'],
])('the kernel function %s tells the kind of wait', (name, holdings, kind) => {
  expect(waitIn(name, 'S', holdings)?.wait).toMatchObject({kind, via: name});
});

test('a function cannot tell a client from a peer, and says so', () => {
  expect(waitIn('wait_woken', 'S', {...busy, peers: ['10.0.3.7:5432']})?.wait).toEqual({
    kind: 'other',
    what: 'client or 10.0.3.7:5432',
    via: 'wait_woken',
  });
});

test('a sleeping process without a function is one that is closed to us', () => {
  expect(waitIn('0')).toBeUndefined();
  expect(waitIn('0', 'R')?.wait).toEqual({kind: 'cpu'});
});
