import {utimesSync} from 'node:fs';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {now} from '../../source/sensors/clock.js';
import {pairByBirth} from '../../source/sensors/heartbeat-pairing.js';
import {openHeartbeats, type Heartbeats} from '../../source/sensors/heartbeats.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
const opened: Heartbeats[] = [];
beforeEach(() => {
  proc = makeFakeProc();
});
afterEach(() => {
  for (const heartbeats of opened.splice(0)) heartbeats.close();
  proc.dispose();
});

function open(): Heartbeats {
  const heartbeats = openHeartbeats(800, proc.root);
  opened.push(heartbeats);
  return heartbeats;
}

const longAgo = (): number => now().wallMs - 60_000;

test('a worker owns the file that it shares with its master, also under another descriptor', () => {
  const [one, two] = [proc.heartbeat('aaaaaaaa'), proc.heartbeat('bbbbbbbb')];
  proc.add({pid: 800, descriptors: {4: one, 5: two, 6: 'socket:[1]'}});
  proc.add({pid: 801, parentPid: 800, descriptors: {9: one}});
  proc.add({pid: 802, parentPid: 800, descriptors: {5: two}});
  proc.add({pid: 803, parentPid: 800, descriptors: {5: 'socket:[2]'}});
  const heartbeats = open();

  heartbeats.find(
    [801, 802, 803].map((pid) => ({pid, startedWallMs: longAgo()})),
    now().wallMs,
  );

  expect([801, 802, 803].map((pid) => heartbeats.owns(pid))).toEqual([true, true, false]);
  utimesSync(two, 1234.5, 1234.5);
  expect(heartbeats.read(802, {wallMs: Date.now(), monotonicMs: 2_000_000})).toMatchObject({
    notified: true,
    beatMonotonicMs: 1_234_500,
  });
  expect(heartbeats.read(801, now())).toMatchObject({notified: false});
  expect(heartbeats.read(803, now())).toBeUndefined();
});

test('a child that inherited the file of its sibling owns none', () => {
  const one = proc.heartbeat('aaaaaaaa');
  proc.add({pid: 800, descriptors: {4: one}});
  proc.add({pid: 801, parentPid: 800, descriptors: {4: one}});
  proc.add({pid: 802, parentPid: 800, descriptors: {4: one}});
  const heartbeats = open();

  heartbeats.find(
    [
      {pid: 802, startedWallMs: longAgo() + 1000},
      {pid: 801, startedWallMs: longAgo()},
    ],
    now().wallMs,
  );

  expect(heartbeats.owns(801)).toBe(true);
  expect(heartbeats.owns(802)).toBe(false);
});

test('a worker that was just forked may hold the files of its siblings, and is looked at again', () => {
  const files = [proc.heartbeat('aaaaaaaa'), proc.heartbeat('bbbbbbbb')];
  const [one = '', two = ''] = files;
  const born = now().wallMs;
  proc.add({pid: 800, descriptors: {4: one, 5: two}});
  proc.add({pid: 801, parentPid: 800, descriptors: {4: one, 5: two}});
  const heartbeats = open();
  // Long before both files were made, so that neither can be told by its time.
  const child = {pid: 801, startedWallMs: born - 10_000};

  heartbeats.find([child], child.startedWallMs + 50);
  expect(heartbeats.owns(801)).toBeUndefined();

  proc.add({pid: 801, parentPid: 800, descriptors: {4: one}});
  expect(heartbeats.isOwed(801, child.startedWallMs, child.startedWallMs + 100)).toBe(false);
  expect(heartbeats.isOwed(801, child.startedWallMs, child.startedWallMs + 250)).toBe(true);
  heartbeats.find([child], child.startedWallMs + 250);
  expect(heartbeats.owns(801)).toBe(true);

  utimesSync(one, 77, 77);
  expect(heartbeats.read(801, {wallMs: born, monotonicMs: 2_000_000})?.beatMonotonicMs).toBe(77_000);
});

test('the file of a worker can be read after its death, until it is dropped', () => {
  const one = proc.heartbeat('aaaaaaaa');
  proc.add({pid: 800, descriptors: {4: one}});
  proc.add({pid: 801, parentPid: 800, descriptors: {4: one}});
  const heartbeats = open();
  heartbeats.find([{pid: 801, startedWallMs: longAgo()}], now().wallMs);

  proc.remove(801);
  expect(heartbeats.read(801, now())).toBeDefined();
  heartbeats.drop(801);
  expect(heartbeats.read(801, now())).toBeUndefined();
});

test('a master that is gone refuses nothing and owns nothing', () => {
  const heartbeats = open();
  heartbeats.find([{pid: 801, startedWallMs: longAgo()}], now().wallMs);

  expect(heartbeats.refusal()).toEqual({kind: 'gone'});
  expect(heartbeats.owns(801)).toBeUndefined();
});

const file = (fd: number, bornWallMs: number) => ({fd, identity: `file ${fd}`, bornWallMs});
const child = (pid: number, startedWallMs: number) => ({pid, startedWallMs});

function pairs(children: Parameters<typeof pairByBirth>[0], files: Parameters<typeof pairByBirth>[1]) {
  return Object.fromEntries([...pairByBirth(children, files)].map(([pid, {fd}]) => [pid, fd]));
}

test('files pair off with workers by their times, however close together', () => {
  const files = [file(4, 1000), file(5, 1012), file(6, 1012), file(7, 1100)];

  expect(pairs([child(14, 1100), child(11, 1000), child(13, 1020), child(12, 1010)], files)).toEqual({
    11: 4,
    12: 5,
    13: 6,
    14: 7,
  });
});

test('a worker does not take a file made long before it, or after it', () => {
  expect(pairs([child(11, 10_000)], [file(4, 1000)])).toEqual({});
  expect(pairs([child(11, 10_000)], [file(4, 10_500)])).toEqual({});
  expect(pairs([child(11, 10_000)], [{fd: 4, identity: 'x'}])).toEqual({});
});
