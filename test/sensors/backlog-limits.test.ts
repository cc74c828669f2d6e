import {symlinkSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openBacklogLimits} from '../../source/sensors/backlog-limits.js';
import {parseListener} from '../../source/sensors/socket-diagnosis.js';
import type {Socket} from '../../source/sensors/socket-tables.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
  proc.write('sys/net/core/somaxconn', '4096\n');
});
afterEach(() => proc.dispose());

const listener: Socket = {kind: 'tcp', inode: 7, listening: true, local: '0.0.0.0:8000', peerClosed: false, queued: 0};

function inNetwork(who: string, name: string): void {
  mkdirSync(join(proc.root, who, 'ns'), {recursive: true});
  symlinkSync(name, join(proc.root, who, 'ns', 'net'));
}

function limitOf(backlog: number | undefined) {
  const limits = openBacklogLimits(800, {root: proc.root, backlog: () => backlog});
  limits.refresh();
  return limits.of(listener);
}

test('where the kernel cannot be asked, the smaller of what was asked for and what it grants is inferred, and said so', () => {
  inNetwork('self', 'net:[1]');
  inNetwork('800', 'net:[1]');

  expect(limitOf(2048)).toEqual({backlogLimit: 2048, backlogLimitInferred: true});
  expect(limitOf(10_000)).toEqual({backlogLimit: 4096, backlogLimitInferred: true});
  expect(limitOf(undefined)).toEqual({});
});

test('what the kernel grants in another network namespace is not known', () => {
  inNetwork('self', 'net:[1]');
  inNetwork('800', 'net:[2]');

  expect(limitOf(2048)).toEqual({});
});

test('an answer that is cut short tells nothing', () => {
  const whole = Buffer.alloc(72 + 4 + 36);
  whole.writeUInt8(2, 0);
  whole.writeUInt32LE(2048, 60);
  whole.writeUInt32LE(4711, 68);
  whole.writeUInt16LE(40, 72);
  whole.writeUInt16LE(7, 74);
  whole.writeUInt32LE(9, 72 + 4 + 32);

  expect(parseListener(whole)).toEqual(['tcp:4711', {backlogLimit: 2048, drops: 9}]);
  expect(parseListener(whole.subarray(0, 80))).toEqual(['tcp:4711', {backlogLimit: 2048}]);
  expect(parseListener(whole.subarray(0, 71))).toBeUndefined();
  expect(parseListener(Buffer.alloc(0))).toBeUndefined();
  expect(parseListener(Buffer.from([1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]))).toBeUndefined();
});
