import {expect, onTestFinished, test} from 'vitest';
import {Session, type SessionOptions, type Tick} from '../../source/session/session.js';
import type {Target} from '../../source/sensors/targets.js';
import {createFakeClock} from './fake-clock.js';
import {fakeMaster, fakeSensors, type FakeMaster} from './fake-sensors.js';

const named: Target = {text: 'shop', form: 'name', survivesRestart: true};

function begin(masters: FakeMaster[], options: Partial<SessionOptions> = {}) {
  const clock = createFakeClock();
  const world = fakeSensors(masters);
  const controller = new AbortController();
  const session = new Session({target: named, intervalMs: 250, sensors: world.sensors, clock, ...options});
  const ticks: Tick[] = [];
  session.onTick((tick) => ticks.push(tick));
  const ended = session.run(controller.signal);
  onTestFinished(() => controller.abort());
  return {...world, clock, session, ticks, ended, controller};
}

test('a master that is there is attached and sampled at once, then four times a second', async () => {
  const master = fakeMaster(812);
  const {clock, session} = begin([master], {master: master.found});

  expect(session.attached).toBe(true);
  expect(master.ticks).toHaveLength(1);
  await clock.advance(1000);

  expect(master.ticks.map(({at}) => at.monotonicMs)).toStrictEqual([1000, 1250, 1500, 1750, 2000]);
  expect(master.ticks.every(({lateMs}) => lateMs === 0)).toBe(true);
});

test('a tick that comes late says how late, keeps the rhythm, and is not made up for', async () => {
  const master = fakeMaster(812);
  const {clock} = begin([master], {master: master.found});
  await clock.advance(250);

  clock.skip(830);
  await clock.advance(0);
  await clock.advance(250);

  expect(master.ticks.map(({at, lateMs}) => [at.monotonicMs, lateMs])).toStrictEqual([
    [1000, 0],
    [1250, 0],
    [2080, 580],
    [2250, 0],
  ]);
});

test('a screen is drawn about once a second while nothing happens', async () => {
  const master = fakeMaster(812);
  const {clock, ticks} = begin([master], {master: master.found});

  await clock.advance(3000);
  const redraws = ticks.filter(({redraw, happenings}) => redraw && happenings.length === 0);

  expect(redraws.length).toBeGreaterThanOrEqual(2);
  expect(redraws.length).toBeLessThanOrEqual(4);
});

test('aborting ends the session and closes every descriptor', async () => {
  const master = fakeMaster(812);
  const {clock, ended, controller} = begin([master], {master: master.found});
  await clock.advance(300);

  controller.abort('SIGTERM');

  expect(await ended).toStrictEqual({kind: 'aborted'});
  expect(master.closed).toBe(true);
});

test('a target that is not there yet is waited for and attached when it comes', async () => {
  const master = fakeMaster(812);
  master.alive = false;
  const {clock, session, opened} = begin([master]);

  await clock.advance(5000);
  expect(session.attached).toBe(false);
  master.alive = true;
  await clock.advance(250);

  expect(opened).toStrictEqual([812]);
});

test('after the master is gone its orphans are sampled before a successor is looked for', async () => {
  const first = fakeMaster(812);
  const second = fakeMaster(900);
  second.alive = false;
  const {clock, opened, asked} = begin([first, second], {master: first.found});
  first.orphans = 2;
  first.alive = false;
  second.alive = true;

  await clock.advance(2000);
  expect(opened).toStrictEqual([812]);
  expect(asked).toStrictEqual([]);
  first.orphans = 0;
  await clock.advance(500);

  expect(opened).toStrictEqual([812, 900]);
  expect(first.closed).toBe(true);
  expect(second.ticks.length).toBeGreaterThan(0);
});

test('orphans that never leave do not keep it from a successor for more than half a minute', async () => {
  const first = fakeMaster(812);
  const second = fakeMaster(900);
  const {clock, opened} = begin([first, second], {master: first.found});
  first.orphans = 1;
  first.alive = false;

  await clock.advance(29_000);
  expect(opened).toStrictEqual([812]);
  await clock.advance(2000);

  expect(opened).toStrictEqual([812, 900]);
});

test('the old log is read on until the successor is attached, five times a second', async () => {
  const first = fakeMaster(812);
  const {clock, asked} = begin([first], {master: first.found});
  first.alive = false;
  await clock.advance(250);
  const before = first.ticks.length;

  await clock.advance(2000);

  expect(first.ticks.length - before).toBe(10);
  expect(asked.length).toBeGreaterThanOrEqual(10);
  expect(first.closed).toBe(false);
});

test('a boot loop is followed through every master that lives long enough to be seen', async () => {
  const masters = [812, 813, 814, 815].map((pid) => fakeMaster(pid));
  for (const master of masters.slice(1)) {
    master.alive = false;
  }
  const {clock, opened} = begin(masters, {master: masters[0]!.found});

  for (const [index, master] of masters.entries()) {
    master.alive = true;
    // oxlint-disable-next-line no-await-in-loop -- time is a sequence
    await clock.advance(300);
    master.alive = false;
    // oxlint-disable-next-line no-await-in-loop -- time is a sequence
    await clock.advance(700);
    expect(opened).toHaveLength(index + 1);
  }

  expect(opened).toStrictEqual([812, 813, 814, 815]);
});

test('with until-exit the session ends by itself once verdicts have settled', async () => {
  const master = fakeMaster(812);
  const {clock, ended} = begin([master], {master: master.found, untilExit: true});
  let end: unknown;
  void ended.then((result) => {
    end = result;
  });
  master.alive = false;

  await clock.advance(2000);
  expect(end).toBeUndefined();
  await clock.advance(1500);

  expect(end).toStrictEqual({kind: 'master-ended'});
  expect(master.closed).toBe(true);
});

test('a target that turns out to be several masters ends the session with all of them', async () => {
  const masters = [fakeMaster(812), fakeMaster(900, 'other:app')];
  const {clock, ended} = begin(masters);

  await clock.advance(250);

  expect(await ended).toMatchObject({kind: 'ambiguous', masters: [{id: {pid: 812}}, {id: {pid: 900}}]});
});

test('a master that may not be attached is never opened', async () => {
  const master = fakeMaster(812);
  const {ended, opened} = begin([master], {master: master.found, mayAttach: () => 'too little memory is left'});

  expect(await ended).toStrictEqual({kind: 'refused', why: 'too little memory is left'});
  expect(opened).toStrictEqual([]);
});

test('a listener that left hears nothing any more', async () => {
  const master = fakeMaster(812);
  const {clock, session} = begin([master], {master: master.found});
  let heard = 0;
  const leave = session.onTick(() => {
    heard += 1;
  });
  await clock.advance(250);

  leave();
  await clock.advance(1000);

  expect(heard).toBe(1);
});

test('the worker that is looked at stays so when another master is attached', async () => {
  const first = fakeMaster(812);
  const second = fakeMaster(912);
  second.alive = false;
  const {clock, session} = begin([first, second], {master: first.found});

  session.attend('9101@5');
  expect(first.attended).toBe('9101@5');
  first.alive = false;
  await clock.advance(500);
  second.alive = true;
  await clock.advance(1000);

  expect(second.attended).toBe('9101@5');
});
