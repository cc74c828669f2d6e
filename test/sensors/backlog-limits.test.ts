import {linkSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openBacklogLimits} from '../../source/sensors/backlog-limits.js';
import type {Socket} from '../../source/sensors/socket-tables.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
  proc.write('sys/net/core/somaxconn', '4096\n');
  proc.write('self/net/tcp', '');
});
afterEach(() => proc.dispose());

const listener: Socket = {kind: 'tcp', inode: 7, listening: true, local: '0.0.0.0:8000', peerClosed: false, queued: 0};

function inOurNetwork(): void {
  mkdirSync(join(proc.root, '800', 'net'), {recursive: true});
  linkSync(join(proc.root, 'self', 'net', 'tcp'), join(proc.root, '800', 'net', 'tcp'));
}

function limitOf(backlog: number | undefined, socket = listener) {
  return openBacklogLimits(800, {root: proc.root, backlog: () => backlog})(socket);
}

test('where the kernel cannot be asked, the smaller of what was asked for and what it grants is inferred, and said so', () => {
  inOurNetwork();

  expect(limitOf(2048)).toEqual({backlogLimit: 2048, backlogLimitInferred: true});
  expect(limitOf(10_000)).toEqual({backlogLimit: 4096, backlogLimitInferred: true});
  expect(limitOf(undefined)).toEqual({});
});

test('what the kernel has said is not inferred', () => {
  inOurNetwork();

  expect(limitOf(2048, {...listener, backlogLimit: 511})).toEqual({backlogLimit: 511});
});

test('what the kernel grants in another network namespace is not known', () => {
  proc.write('800/net/tcp', '');

  expect(limitOf(2048)).toEqual({});
});
