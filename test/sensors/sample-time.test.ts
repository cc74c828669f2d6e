import {utimesSync} from 'node:fs';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openExits} from '../../source/sensors/exits.js';
import type {Sampler} from '../../source/sensors/sampler.js';
import {openSampler} from '../../source/sensors/open-sampler.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
let sampler: Sampler;
let nowMs: number;
let heartbeatFile: string;
const startMs = 200_000_000;
const startWallMs = Date.now();
const momentAt = (monotonicMs: number) => ({wallMs: startWallMs + monotonicMs - startMs, monotonicMs});

/** A master whose worker appears after the sampler was opened; the machine stands still for five seconds when it is held. */
beforeEach(() => {
  proc = makeFakeProc();
  nowMs = startMs;
  const argv = ['/venv/bin/python3', '/venv/bin/gunicorn', 'shop:app'];
  const gunicorn = {argv, argumentsAt: 0x7ffd_0000};
  proc.add({pid: 800, startTicks: 9_000_000, ...gunicorn, children: [], descriptors: {}});
  sampler = openSampler(
    {
      id: {pid: 800, startTicks: 9_000_000},
      parentPid: 1,
      role: 'master',
      recognisedBy: 'heartbeat-file',
      workers: [],
      uid: 1000,
      commandLine: argv.join(' '),
    },
    {
      root: proc.root,
      exits: {...openExits({loaded: {kind: 'unsupported', why: 'not in this test'}}), hold: () => void (nowMs += 5000)},
      clock: () => momentAt(nowMs),
    },
  );
  heartbeatFile = proc.heartbeat('aaaaaaaa');
  proc.add({pid: 800, startTicks: 9_000_000, ...gunicorn, children: [801], descriptors: {4: heartbeatFile}});
  proc.add({pid: 801, parentPid: 800, startTicks: 9_000_100, ...gunicorn, descriptors: {4: heartbeatFile}});
});
afterEach(() => {
  sampler.closeAll();
  proc.dispose();
});

test('a sample says how long its reading took, also when the machine stood still in it', () => {
  const at = momentAt(startMs);

  expect(sampler.sample(at, 0)).toMatchObject({at, tookMs: 5000, workers: [{id: {pid: 801}}]});
  expect(sampler.sample(momentAt(nowMs), 0)).toMatchObject({tookMs: 0, workers: [{id: {pid: 801}}]});
});

test('a heartbeat of after the beginning of its sample keeps its monotonic time', () => {
  const beatMs = startMs + 4000;
  utimesSync(heartbeatFile, beatMs / 1000, beatMs / 1000);

  const {workers} = sampler.sample(momentAt(startMs), 0);

  expect(workers[0]?.heartbeat).toMatchObject({beatMonotonicMs: beatMs, notified: true});
});

test('a sample begins when the log has been read, however long before that its tick began', () => {
  nowMs += 5000;

  const sample = sampler.observe(momentAt(startMs), 0).find((one) => one.kind === 'sample');

  expect(sample?.at).toEqual(momentAt(startMs + 5000));
});
