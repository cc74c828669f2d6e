import {expect, test} from 'vitest';
import type {KernelEvent, KernelObserved, KernelSourceId, Observation} from '../../source/observation.js';
import {observe, beginInspection} from '../../source/inspection.js';
import {attached, eventsOf, moment, processId, sample, worker} from '../helpers/observations.js';
import {siblingsOf} from '../../source/ledger/siblings.js';
import {endedLife, fold, livingLife} from './fold.js';

const first = processId(9101, -60);
const second = processId(9102, -59);
const kill = (pid: number, seconds: number): KernelEvent => ({
  kind: 'signal',
  at: moment(seconds),
  pid,
  signal: 'SIGKILL',
  sender: {pid: 3293, name: 'bash', user: 'deploy'},
});
const brief = (pid: number, seconds: number): KernelEvent => ({
  kind: 'brief-life',
  at: moment(seconds),
  pid,
  bornAt: moment(seconds - 0.05),
  exit: {code: 9},
});

function told(source: KernelSourceId, seconds: number, ...events: readonly KernelEvent[]): KernelObserved {
  return {kind: 'kernel', at: moment(seconds), source, events};
}

function withSources(...readable: readonly KernelSourceId[]): Observation {
  const {sources, ...rest} = attached();
  return {...rest, sources: [...sources, ...readable.map((id) => ({id, state: 'ok'}) as const)]};
}

test('what the kernel tells is filed with the living, with the dead of that moment, and with the master', () => {
  const ledger = fold([
    withSources('signals'),
    sample(moment(0), [worker(first), worker(second)]),
    sample(moment(0.25), [worker(second)]),
    told('signals', 0.25, kill(9101, 0.1), kill(9102, 0.2), kill(812, 0.2), kill(77, 0.2)),
  ]);

  expect(endedLife(ledger, 9101).kernel).toEqual([{...kill(9101, 0.1), source: 'signals'}]);
  expect(livingLife(ledger, 9102).kernel).toHaveLength(1);
  expect(ledger.masters[0]?.signals).toEqual([kill(812, 0.2)]);
});

test('a fact from before the birth, or from long after the death, is about another process of that pid', () => {
  const late = processId(9101, 8);
  const ledger = fold([
    withSources('signals'),
    sample(moment(0), [worker(first)]),
    sample(moment(0.25), []),
    told('signals', 5, kill(9101, 5)),
    sample(moment(8), [worker(late)]),
    told('signals', 8, kill(9101, 5)),
  ]);

  expect(endedLife(ledger, 9101).kernel).toBeUndefined();
  expect(livingLife(ledger, 9101).kernel).toBeUndefined();
});

test('a gap, and a source that was lost, begin the time anew in which nothing was missed', () => {
  const gap: Observation = {...told('signals', 3), hasGap: true};
  const lost: Observation = {kind: 'source', at: moment(4), source: {id: 'signals', state: 'failed', why: 'x'}};

  expect(fold([withSources('signals', 'kernel-log')]).kernel).toEqual({signals: moment(0), 'kernel-log': moment(0)});
  expect(fold([withSources('signals'), gap]).kernel.signals).toEqual(moment(3));
  expect(fold([withSources('signals'), lost]).kernel.signals).toBeUndefined();
});

test('a worker that only the kernel saw takes along what the log said of it, in either order', () => {
  const lines = [
    '[2026-11-22 14:00:01 +0000] [9500] [INFO] Booting worker with pid: 9500',
    '[2026-11-22 14:00:01 +0000] [9500] [ERROR] Exception in worker process',
    '[2026-11-22 14:00:01 +0000] [9500] [INFO] Worker exiting (pid: 9500)',
  ];
  const log = eventsOf(lines).map((event): Observation => ({kind: 'log', at: moment(1), event}));
  const start = [withSources('connector'), sample(moment(0), [worker(first)])];
  const samples = [1.25, 2, 3].map((seconds) => sample(moment(seconds), [worker(first)]));

  const logFirst = fold([...start, ...log, told('connector', 1, brief(9500, 1)), ...samples]);
  const kernelFirst = fold([...start, told('connector', 1, brief(9500, 1)), ...log, ...samples]);

  for (const ledger of [logFirst, kernelFirst]) {
    expect(ledger.unseen.map(({pid, exit, log: {length}}) => [pid, exit, length])).toEqual([[9500, {code: 9}, 3]]);
  }
});

test('where the kernel counts them, a worker of the log that it has not counted is another gunicorn’s', () => {
  const [booting] = eventsOf(['[2026-11-22 14:00:01 +0000] [77] [INFO] Booting worker with pid: 77']);
  const log = {kind: 'log', at: moment(1), event: booting!} as const;
  const later = [1.25, 3].map((seconds) => sample(moment(seconds), [worker(first)]));

  expect(fold([withSources('connector'), log, ...later]).unseen).toEqual([]);
  expect(fold([attached(), log, ...later]).unseen).toHaveLength(1);
});

test('brief lives are missed ones of which the number is exact', () => {
  const start = observe(beginInspection('shop'), withSources('connector')).inspection;
  const {inspection, happenings} = observe(start, told('connector', 1, brief(9500, 0.9), brief(9501, 0.95)));

  expect(happenings[0]).toEqual({
    kind: 'missed',
    missed: {
      atMs: moment(1).wallMs,
      count: 2,
      atLeast: false,
      why: 'lived shorter than one sample; counted by the kernel',
    },
  });
  expect(observe(inspection, sample(moment(1.25), [])).happenings).toEqual([]);
});

test('a victim of the memory killer is told to those that end after it, also while it is not yet known to be gone', () => {
  const victim: KernelEvent = {kind: 'memory-victim', at: moment(0.1), pid: 9102, scope: 'cgroup'};
  const ledger = fold([
    withSources('kernel-log'),
    sample(moment(0), [worker(first), worker(second)]),
    told('kernel-log', 0.1, victim),
    sample(moment(0.25), [worker(second)]),
  ]);

  const life = endedLife(ledger, 9101);
  const siblings = siblingsOf(ledger, {...life, end: {at: moment(0.25), by: moment(0.25)}});

  expect(siblings.killedForMemory?.id.pid).toBe(9102);
});
