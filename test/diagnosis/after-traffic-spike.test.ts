import {expect, test} from 'vitest';
import {beginInspection, observe, snapshotOf} from '../../source/inspection.js';
import type {Inspection} from '../../source/inspection.js';
import type {Observation, WorkerSample} from '../../source/observation.js';
import {attached, beat, logged, moment, processId, sample, settingsOf, worker} from '../helpers/observations.js';

const spikeSeconds = 40;
const silentSinceSeconds = 42;
const deathSeconds = 52.5;
const servesSeconds = 53.5;

/** Three of four workers hang in the spike, and are killed for it ten seconds later; two connections a second are dropped meanwhile. */
function observed(arrivalsInSpike: number, dropsASecond: number): Inspection {
  const observations: Observation[] = [
    attached({settings: settingsOf({version: '23.0.0', workerClass: 'sync', timeoutSeconds: 10})}),
  ];
  let arrived = 70_000;
  let dropped = 5;
  for (let tick = 1; tick < 60 * 4; tick++) {
    const seconds = tick / 4;
    const at = moment(seconds);
    const isSlow = tick % 4 === 0;
    if (isSlow) arrived += seconds > spikeSeconds ? arrivalsInSpike : 10;
    if (isSlow && seconds > silentSinceSeconds) dropped += dropsASecond;
    if (seconds === deathSeconds)
      for (const pid of [9101, 9102, 9103])
        observations.push(...logged(at, `[2026-11-22 14:00:52 +0000] [812] [CRITICAL] WORKER TIMEOUT (pid:${pid})`));
    const workers = [9101, 9102, 9103, 9104].flatMap((pid): readonly WorkerSample[] => {
      const hangs = pid !== 9104;
      if (hangs && seconds >= deathSeconds) {
        if (seconds < deathSeconds + 0.5) return [];
        const notified = seconds >= servesSeconds;
        const born = processId(pid + 100, deathSeconds + 0.1);
        return [worker(born, {heartbeat: notified ? beat(at) : {changedWallMs: at.wallMs, notified: false}})];
      }
      const lastBeat = hangs && seconds > silentSinceSeconds ? moment(silentSinceSeconds) : at;
      return [worker(processId(pid, -60), {heartbeat: beat(lastBeat), activity: {main: {kind: 'peer'}, clients: 1}})];
    });
    const listeners = [{address: '0.0.0.0:8000', backlog: 3, drops: dropped}];
    observations.push(
      sample(at, workers, isSlow ? {listeners, network: {passiveOpens: arrived, otherListeners: 0}} : {}),
    );
  }
  return observations.reduce((before, each) => observe(before, each).inspection, beginInspection('shop'));
}

test('workers that hang within a spike of connections make an incident after a traffic spike, with its onset', () => {
  const {pattern, restarts} = snapshotOf(observed(80, 0));

  expect(restarts.map(({cause, onsets}) => [cause, onsets.trafficAtMs])).toEqual(
    [1, 2, 3].map(() => ['timeout', moment(spikeSeconds).wallMs]),
  );
  expect(restarts[0]?.onsets.heartbeatAtMs).toBe(moment(silentSinceSeconds).wallMs);
  expect(pattern).toMatchObject({pattern: 'after-traffic-spike', branch: 'runtime'});
  expect(pattern.summary).toContain('after traffic spikes');
});

test('the same without a spike is none', () => {
  const {pattern, restarts} = snapshotOf(observed(10, 0));

  expect(restarts.every(({onsets}) => onsets.trafficAtMs === undefined)).toBe(true);
  expect(pattern.pattern).toBe('mixed');
});

test('what was lost is counted from the silence until the replacement serves', () => {
  const {restarts} = snapshotOf(observed(10, 2));

  // Counted at each whole second from 43 to 54, the first one after the replacement served.
  expect(restarts[0]?.lost).toEqual({inFlight: 1, secondsBelowTarget: 1, drops: 24});
  expect(snapshotOf(observed(10, 0)).restarts[0]?.lost.drops).toBe(0);
});
