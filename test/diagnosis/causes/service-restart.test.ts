import {expect, test} from 'vitest';
import {serviceRestart} from '../../../source/diagnosis/causes/service-restart.js';
import {afterDeath, death} from '../../helpers/death.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';
const stopped = {booted: true, order: 'shutdown', log: [exiting]} as const;
const gone = {aliveAfter: false, goneAt: afterDeath(0.2)};

const attachedAfter = (seconds: number) => ({
  id: {pid: 950, startTicks: 1},
  startedMs: afterDeath(seconds).wallMs,
  parentPid: 1,
  settings: {},
  attachedAt: afterDeath(seconds),
  generation: 1,
  birthsOrdered: [],
});

test('another master within two minutes after an ordered stop confirms it', () => {
  const judgement = serviceRestart.judge(death({...stopped, master: {...gone, next: attachedAfter(119)}}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence[0]?.fact).toBe('master 950 took its place');
});

test('the same without the log is a likely one', () => {
  expect(serviceRestart.judge(death({booted: true, exit: 0, master: {...gone, next: attachedAfter(5)}})).verdict).toBe(
    'likely',
  );
});

test('another master after more than two minutes, or none in that time, rules it out', () => {
  expect(serviceRestart.judge(death({...stopped, master: {...gone, next: attachedAfter(121)}})).verdict).toBe(
    'ruled-out',
  );
  expect(serviceRestart.judge(death({...stopped, master: gone, waitedSeconds: 121})).verdict).toBe('ruled-out');
});

test('a master that went on and a USR2 successor rule it out', () => {
  expect(serviceRestart.judge(death({booted: true, exit: 0, replacedBy: 9104})).verdict).toBe('ruled-out');
  expect(serviceRestart.judge(death({...stopped, master: {...gone, successor: true}})).verdict).toBe('ruled-out');
});

test('while another master may still come it cannot be judged', () => {
  expect(serviceRestart.judge(death({...stopped, master: gone, waitedSeconds: 60}))).toMatchObject({
    verdict: 'insufficient',
    missing: ['whether another master takes its place'],
  });
});

test('the victim of a memory kill, for which systemd then stops the service, is no part of the stop', () => {
  const victim = {
    kind: 'memory-victim',
    at: afterDeath(-0.2),
    pid: 9101,
    source: 'kernel-log',
    scope: 'cgroup',
  } as const;
  const master = {...gone, next: attachedAfter(5)};
  const judge = (more: object) =>
    serviceRestart.judge(death({booted: true, order: 'shutdown', exit: 'SIGKILL', master, ...more}));

  expect(judge({kernel: {victim}}).verdict).toBe('ruled-out');
  expect(judge({}).verdict).toBe('likely');
});

test('a worker that failed to boot before leaves room for a master that gave up', () => {
  const haltedBy = {pid: 9104, isThis: false, booted: false};
  const judgement = serviceRestart.judge(
    death({booted: true, exit: 'SIGTERM', master: {...gone, next: attachedAfter(5), haltedBy}}),
  );

  expect(judgement.verdict).toBe('possible');
});
