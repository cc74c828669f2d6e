import {expect, test} from 'vitest';
import {circumstancesOf} from '../../source/ledger/circumstances.js';
import {attached, beat, moment, processId, sample, worker} from '../helpers/observations.js';
import {endedLife, fold} from './fold.js';

const [one, other] = [processId(9101, -60), processId(9102, -60)];

/** A worker that was there at 10 s and is missed in a sample of 10.25 s that took so long. */
function missedIn(tookMs: number, laterSeconds = 0) {
  const seconds = 10.25 + tookMs / 1000 + laterSeconds;
  return fold([
    attached(),
    sample(moment(0), [worker(one), worker(other)], {memory: {oomKills: 0}}),
    sample(moment(10), [worker(one, {heartbeat: beat(moment(9.9))}), worker(other)]),
    {...sample(moment(10.25), [worker(other)], {memory: {oomKills: 0}}), tookMs},
    sample(moment(seconds), [worker(other)]),
  ]);
}

const known = (tookMs: number, laterSeconds?: number) => {
  const ledger = missedIn(tookMs, laterSeconds);
  return circumstancesOf(ledger, endedLife(ledger, 9101));
};

test('a worker that is missed in a sample of five seconds may have been silent for all of them', () => {
  expect(known(0).silence).toMatchObject({atLeastMs: 100, atMostMs: 350});
  expect(known(5000).silence).toMatchObject({atLeastMs: 100, atMostMs: 5350});
});

test('the time since its death counts from the end of the sample that missed it', () => {
  expect(known(0, 1.5).waitedMs).toBe(1500);
  expect(known(5000, 1.5).waitedMs).toBe(1500);
});

test('a replacement that is seen right after a sample that stood still took its place', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(one), worker(other)]),
    {...sample(moment(10), [worker(other)]), tookMs: 6300},
    sample(moment(16.5), [worker(other), worker(processId(9103, 16.2))]),
  ]);

  expect(endedLife(ledger, 9101).replacedBy).toMatchObject({pid: 9103});
});
