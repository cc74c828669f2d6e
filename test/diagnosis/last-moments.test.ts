import {expect, test} from 'vitest';
import {lastMomentsOf} from '../../source/diagnosis/last-moments.js';
import {eventsOf, moment} from '../helpers/observations.js';

const death = {atMs: moment(4).wallMs};

const point = (second: number, cpuMs: number) => ({
  wallMs: moment(second).wallMs,
  monotonicMs: moment(second).monotonicMs,
  cpuMs,
});

test('CPU use is a rate between two moments, so that the first has none', () => {
  const {trail} = lastMomentsOf({trail: [point(0, 100), point(1, 600), point(3, 600)], log: []}, death);
  expect(trail?.map(({cpuPercent}) => cpuPercent)).toEqual([undefined, 50, 0]);
});

test('the silence at the moment of death is the last point', () => {
  const {trail} = lastMomentsOf({trail: [point(0, 0), point(1, 0)], log: []}, {...death, silentMs: 6300});
  expect(trail?.at(-1)).toEqual({atMs: death.atMs, heartbeatAgeSeconds: 6.3});
});

test('a single point is no trail, and silence is no log', () => {
  expect(lastMomentsOf({trail: [point(0, 1)], log: []}, death)).toEqual({});
});

test('of many log lines the last ones are kept, with the time they were printed', () => {
  const events = eventsOf(
    Array.from(
      {length: 20},
      (_, n) => `[2026-11-22 14:00:${10 + n} +0000] [9101] [ERROR] Error handling request /${n}`,
    ),
  );
  const {log} = lastMomentsOf({trail: [], log: events.map((event, order) => ({at: moment(90), order, event}))}, death);
  expect(log).toHaveLength(12);
  expect(log?.at(-1)).toEqual({atMs: Date.parse('2026-11-22T14:00:29Z'), text: 'Error handling request /19'});
});
