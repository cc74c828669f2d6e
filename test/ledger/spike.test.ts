import {expect, test} from 'vitest';
import type {Pulse} from '../../source/ledger/pulse.js';
import {spikeBefore} from '../../source/ledger/spike.js';
import {moment} from '../helpers/observations.js';

/** A pulse a second, with so many connections in the second before it. */
function arriving(rates: readonly number[], isOwn = true, backlog?: number): readonly Pulse[] {
  let total = 1000;
  return rates.map((rate, second) => ({
    at: moment(second),
    by: moment(second),
    arrivals: {total: (total += rate), raw: total, isOwn},
    ...(backlog !== undefined && {backlog}),
  }));
}

const quiet = Array.from({length: 30}, (_, second) => 9 + (second % 3));
const rush = Array.from({length: 10}, () => 60);
const at = (second: number): number => moment(second).monotonicMs;

test('connections that rise well above the minute before are a spike with an onset', () => {
  expect(spikeBefore(arriving([...quiet, ...rush]), at(38))).toEqual({
    onset: moment(29),
    endMs: at(39),
    unit: 'connections',
    fromPerSecond: 10,
    toPerSecond: 60,
    isOwn: true,
  });
});

test('what goes up and down as always is no spike, and neither is a single second', () => {
  expect(spikeBefore(arriving([...quiet, ...quiet]), at(59))).toBeUndefined();
  expect(spikeBefore(arriving([...quiet, 60, ...quiet]), at(32))).toBeUndefined();
});

test('a few connections more in a quiet night are no spike', () => {
  expect(spikeBefore(arriving([...quiet.map(() => 0), 3, 3, 3, 3]), at(33))).toBeUndefined();
});

test('a spike counts for what began in it or within half a minute after, and not for what began before', () => {
  const pulses = arriving([...quiet, ...rush, ...quiet, ...quiet]);

  expect(spikeBefore(pulses, at(39 + 25))).toBeDefined();
  expect(spikeBefore(pulses, at(39 + 40))).toBeUndefined();
  expect(spikeBefore(pulses, at(20))).toBeUndefined();
});

test('without ten seconds of what is usual nothing is called a spike', () => {
  expect(spikeBefore(arriving([1, 1, 1, ...rush]), at(12))).toBeUndefined();
});

test('connections of a namespace that others listen in count only with a queue of our own', () => {
  expect(spikeBefore(arriving([...quiet, ...rush], false, 0), at(38))).toBeUndefined();
  expect(spikeBefore(arriving([...quiet, ...rush], false, 4), at(38))).toMatchObject({isOwn: false});
});

test('requests tell where connections do not, as behind a unix socket', () => {
  const pulses = [...quiet, ...rush].map((requestsPerSecond, second) => ({
    at: moment(second),
    by: moment(second),
    requestsPerSecond,
  }));

  expect(spikeBefore(pulses, at(38))).toMatchObject({unit: 'requests', fromPerSecond: 10, toPerSecond: 60});
});

test('traffic that stays where it went is what is usual after some minutes', () => {
  const pulses = arriving([...quiet, ...Array.from({length: 420}, () => 60)]);

  expect(spikeBefore(pulses, at(100))).toBeDefined();
  expect(spikeBefore(pulses, at(449))).toBeUndefined();
});
