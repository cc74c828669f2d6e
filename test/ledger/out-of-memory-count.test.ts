import {expect, test} from 'vitest';
import {countAround, limitHitAround} from '../../source/ledger/out-of-memory-count.js';
import type {Pulse} from '../../source/ledger/pulse.js';
import {moment} from '../helpers/observations.js';
import {afterDeath, endSeconds, sibling} from '../helpers/death.js';

const end = {at: afterDeath(0), by: afterDeath(0)};
const dead = sibling(9101, {end, lastSeen: afterDeath(-1)});

function pulse(seconds: number, told: Partial<Pulse>): Pulse {
  const at = moment(endSeconds + seconds);
  return {...told, at, by: at};
}

// Debian 12 with OOMPolicy=stop, as www-data: 0.2 s after the death systemd had started the service anew, in a group of
// the same name.
const restarted = [
  pulse(-4, {oomKills: 1, cgroupOomKills: 0, limitHits: 0, limitBytes: 209_715_200}),
  pulse(0, {oomKills: 2}),
  pulse(1.7, {oomKills: 2, cgroupOomKills: 0, limitHits: 0, limitBytes: 209_715_200}),
];

test('the group of the next master, whose counters begin at 0, does not make a kill undone', () => {
  expect(countAround(restarted, dead, end, afterDeath(1.7).monotonicMs)).toEqual({
    scope: 'machine',
    before: 1,
    after: 2,
  });
});

test('a counter that fell is no counter of the same group', () => {
  const fell = [pulse(-4, {cgroupOomKills: 3}), pulse(1, {cgroupOomKills: 0})];

  expect(countAround(fell, dead, end)).toBeUndefined();
});

test('the own group says more than the machine where somebody was killed, and less where nobody was', () => {
  const others = [pulse(-4, {oomKills: 1, cgroupOomKills: 0}), pulse(1, {oomKills: 2, cgroupOomKills: 0})];
  const nobody = [pulse(-4, {oomKills: 1, cgroupOomKills: 0}), pulse(1, {oomKills: 1, cgroupOomKills: 0})];

  expect(countAround(others, dead, end)).toEqual({scope: 'cgroup', before: 0, after: 0});
  expect(countAround(nobody, dead, end)).toEqual({scope: 'machine', before: 1, after: 1});
});

test('a limit that the next group came to was not hit by this one', () => {
  const hit = [
    pulse(-4, {limitHits: 0, limitBytes: 209_715_200}),
    pulse(1.7, {limitHits: 35, limitBytes: 209_715_200}),
  ];

  expect(limitHitAround(hit, dead, end)).toEqual({limitBytes: 209_715_200, since: afterDeath(-4)});
  expect(limitHitAround(hit, dead, end, afterDeath(1.7).monotonicMs)).toBeUndefined();
});

test('a group whose peak came to its limit hit it, also where that is not counted', () => {
  const limit = {limitHits: 0, limitBytes: 268_435_456};
  const hit = [pulse(-4, {...limit, peakBytes: 245_000_000}), pulse(0.4, {...limit, peakBytes: 268_435_456})];
  const before = [pulse(-4, {...limit, peakBytes: 268_435_456}), pulse(0.4, {...limit, peakBytes: 268_435_456})];

  expect(limitHitAround(hit, dead, end)).toEqual({limitBytes: 268_435_456, since: afterDeath(-4)});
  expect(limitHitAround(before, dead, end)).toBeUndefined();
});
