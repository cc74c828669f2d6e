import {expect, test} from 'vitest';
import {lastDoing} from '../../source/diagnosis/last-doing.js';
import {onsetsOf, pressure} from '../../source/diagnosis/questions/pressure.js';
import {withoutTraffic} from '../../source/diagnosis/questions/without-traffic.js';
import {timeoutVariant} from '../../source/diagnosis/timeout-variant.js';
import type {Circumstances} from '../../source/ledger/circumstances.js';
import type {ProcessorWait} from '../../source/ledger/processor-wait.js';
import {timeout} from '../../source/diagnosis/causes/timeout.js';
import {afterDeath, death, type KnownOfDeath} from '../helpers/death.js';
import {processId, worker} from '../helpers/observations.js';

const mebibyte = 1024 * 1024;
const starved: ProcessorWait = {
  overMs: 30_200,
  waitedMs: 27_000,
  onsetWallMs: afterDeath(-31).wallMs,
  quotaProcessors: 0.5,
  throttledShare: 0.88,
};

/** Killed for 30.5 s of silence, with gunicorn's own line. */
function timedOut(more: Partial<Circumstances> = {}, known: KnownOfDeath = {}): Circumstances {
  return {
    ...death({
      version: '23.0.0',
      workerClass: 'sync',
      timeoutSeconds: 30,
      booted: true,
      silentSeconds: 30.5,
      logReadSeconds: 100,
      log: ['[812] [CRITICAL] WORKER TIMEOUT (pid:9101)'],
      ...known,
    }),
    ...more,
  };
}

function variantOf(c: Circumstances) {
  return timeoutVariant(c, lastDoing(c, 'timeout'));
}

test('a worker that waited for a processor for most of its silence was starved, and what held it up is shown', () => {
  const {variant, evidence} = variantOf(timedOut({processor: starved}));

  expect(variant).toBe('cpu-starved');
  expect(evidence?.map(({source, fact}) => `${source}: ${fact}`)).toEqual([
    'cpu: it waited 27.0 of 30.2 s for a processor',
    'cpu: a quota of 0.5 processors held its group back in 88 % of the periods',
  ]);
});

test('a hypervisor that took the processors away is named, and a crowded machine', () => {
  const {quotaProcessors: _quota, throttledShare: _throttled, ...wait} = starved;
  const factsOf = (more: Partial<ProcessorWait>) =>
    variantOf(timedOut({processor: {...wait, ...more}})).evidence?.map(({fact}) => fact)[1];

  expect(factsOf({stolenShare: 0.4})).toBe('the hypervisor gave 40 % of the processors to others');
  expect(factsOf({pressureShare: 0.97})).toBe('something waited for a processor 97 % of the time');
  expect(factsOf({})).toBeUndefined();
});

test('half of the time on the processor is not starving, however throttled the group was', () => {
  expect(variantOf(timedOut({processor: {...starved, waitedMs: 15_000}})).variant).not.toBe('cpu-starved');
  expect(variantOf(timedOut()).variant).not.toBe('cpu-starved');
});

test('a worker that was stopped did not wait for a processor', () => {
  expect(variantOf(timedOut({processor: starved}, {processState: 'T'})).variant).toBe('stopped');
});

test('a wait for a processor that began with the silence came first, and is no question of traffic alone', () => {
  const c = timedOut({processor: starved});

  expect(onsetsOf(c)).toMatchObject({cpuAtMs: afterDeath(-31).wallMs, heartbeatAtMs: afterDeath(-30.5).wallMs});
  expect(pressure(c)).toMatchObject({verdict: 'cpu-first', evidence: ['cpu', 'heartbeat']});
  expect(withoutTraffic(c, {cause: 'timeout', variant: 'cpu-starved'}, lastDoing(c, 'timeout')).verdict).toBe(
    'unknown',
  );
});

test('a wait for a processor that began long after the silence did not come first', () => {
  const late = {...starved, onsetWallMs: afterDeath(-20).wallMs};

  expect(pressure(timedOut({processor: late})).verdict).toBe('timeout-first');
});

test('a clock that was set ahead made a silence too long that was not, up to gunicorn 21.2', () => {
  const more = {clockAheadMs: 45_000};
  const known = {version: '21.2.0', silentSeconds: 45.4};
  const {variant, evidence} = variantOf(timedOut(more, known));

  expect(variant).toBe('clock-step');
  expect(evidence?.[0]?.fact).toContain('the wall clock went ahead by 45.0 s');
  expect(
    withoutTraffic(timedOut(more, known), {cause: 'timeout', variant: 'clock-step'}, lastDoing(death(), 'timeout')),
  ).toMatchObject({verdict: 'yes'});
});

test('a clock that was set ahead excuses no silence that was too long anyway, and none since 22.0', () => {
  expect(variantOf(timedOut({clockAheadMs: 5000}, {version: '21.2.0', silentSeconds: 36})).variant).not.toBe(
    'clock-step',
  );
  expect(variantOf(timedOut({clockAheadMs: -45_000}, {version: '21.2.0'})).variant).not.toBe('clock-step');
  expect(variantOf(timedOut({clockAheadMs: 45_000}, {version: '22.0.0', silentSeconds: 45.4})).variant).not.toBe(
    'clock-step',
  );
  expect(variantOf(timedOut({clockAheadMs: 45_000}, {silentSeconds: 45.4})).variant).not.toBe('clock-step');
});

test('disk sleep in most of the last samples is the disk, with how many they were', () => {
  const {variant, evidence} = variantOf(timedOut({}, {processState: 'D'}));

  expect(variant).toBe('disk');
  expect(evidence?.[0]?.fact).toBe('in 1 of its last 1 samples it was in disk sleep (D), which no signal ends');
});

/** Killed by the OOM killer; what it had resident at so many seconds before its end, in MiB. */
function killedForMemory(megabytes: ReadonlyArray<readonly [number, number]>): Circumstances {
  const c = death({timeoutSeconds: 30, booted: true, silentSeconds: 0.4, exit: 'SIGKILL', oomKills: [0, 1]});
  const glimpses = megabytes.map(([seconds, size]) => ({
    at: afterDeath(seconds),
    by: afterDeath(seconds),
    sample: worker(processId(9101, 0), {rssBytes: size * mebibyte}),
  }));
  return {...c, life: {...c.life, glimpses, trend: [{at: afterDeath(-9), rssBytes: 40 * mebibyte}]}};
}

test('a leak of less than a second is seen in the samples, also when the last one shows memory given back', () => {
  const c = killedForMemory([
    [-3, 40],
    [-1, 41],
    [-0.75, 90],
    [-0.5, 150],
    [-0.25, 12],
  ]);

  expect(pressure(c)).toMatchObject({verdict: 'memory-first'});
  expect(pressure(c).answer).toContain('RSS climbed from 40M to 150M');
  expect(onsetsOf(c).memoryAtMs).toBe(afterDeath(-3).wallMs);
});

test('a leak that no sample saw is told by the limit that its group came to', () => {
  const c = killedForMemory([
    [-3, 40],
    [-0.25, 41],
  ]);

  expect(pressure(c).verdict).toBe('unknown');
  expect(pressure({...c, limitHit: {limitBytes: 160 * mebibyte, since: afterDeath(-1)}})).toMatchObject({
    verdict: 'memory-first',
    answer: 'memory: its group came to its limit of 160M in the last seconds; when it was seen last, RSS flat at 100M',
  });
});

test('where no heartbeat is readable, a starved worker that was killed may have been killed for its silence', () => {
  const c = death({timeoutSeconds: 30, booted: true, exit: 'SIGKILL'});

  expect(timeout.judge(c).verdict).toBe('insufficient');
  expect(timeout.judge({...c, processor: starved})).toMatchObject({
    verdict: 'possible',
    evidence: [{source: 'cpu'}, {source: 'cpu'}],
  });
});
