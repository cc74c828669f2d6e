import fc from 'fast-check';
import {expect, onTestFinished, test} from 'vitest';
import {beginInspection, observe, snapshotOf, type Happening} from '../../source/inspection.js';
import type {Observation} from '../../source/observation.js';
import type {RecordedItem} from '../../source/recording/line-reader.js';
import type {ReplaySpeed} from '../../source/session/paced.js';
import {ReplaySession} from '../../source/session/replay-session.js';
import type {Tick} from '../../source/session/session.js';
import {anyObservations, attached, moment, sample, worker} from '../recording/observed.js';
import {header, read, recordingOf} from '../recording/recording.js';
import {createFakeClock} from './fake-clock.js';

const opening: RecordedItem = {kind: 'header', header, goesOn: false};

function observed(observations: readonly Observation[]): readonly RecordedItem[] {
  return observations.map((observation) => ({kind: 'observation', observation}));
}

async function* from(items: readonly RecordedItem[]): AsyncGenerator<RecordedItem> {
  yield* items;
}

type Replay = {readonly speed?: ReplaySpeed; readonly stays?: boolean; readonly items: AsyncIterable<RecordedItem>};

/** A running replay on a clock of its own, which does not outlive the test. */
function replay({items, speed = 1, stays = false}: Replay) {
  const clock = createFakeClock();
  const session = new ReplaySession({items, speed, stays, clock, stop: () => undefined});
  const ticks: Tick[] = [];
  session.onTick((tick) => ticks.push(tick));
  const controller = new AbortController();
  const end = session.run(controller.signal);
  onTestFinished(() => controller.abort());
  const shown = () =>
    ticks.flatMap(({observations}) => observations.map(({at}) => at.monotonicMs - moment(0).monotonicMs));
  return {clock, session, ticks, controller, end, shown};
}

const seconds = [0, 1000, 2000, 3000].map((afterMs) => sample(afterMs));

test('observations come at the speed at which they were recorded', async () => {
  const {clock, shown} = replay({items: from([opening, ...observed(seconds)])});

  await clock.advance(1500);

  expect(shown()).toEqual([0, 1000]);
});

test.each<[speed: ReplaySpeed, shown: readonly number[]]>([
  [2, [0, 1000, 2000, 3000]],
  [0.5, [0]],
  ['max', [0, 1000, 2000, 3000]],
])('at speed %s, that many of them come in one and a half seconds', async (speed, expected) => {
  const {clock, shown} = replay({speed, items: from([opening, ...observed(seconds)])});

  await clock.advance(1500);

  expect(shown()).toEqual(expected);
});

test('what a pipe brings too late is shown at once', async () => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const slow = (async function* () {
    yield* [opening, ...observed(seconds.slice(0, 1))];
    await arrived;
    yield* observed(seconds.slice(1));
  })();
  const {clock, shown, ticks} = replay({items: slow});
  await clock.advance(2500);
  const before = shown();
  arrive();

  expect(before).toEqual([0]);
  await expect.poll(shown).toEqual([0, 1000, 2000]);
  // While nothing came, the screen was told twice that time goes on.
  expect(
    ticks.filter(({observations}) => observations.length === 0).map(({at}) => at.wallMs - moment(0).wallMs),
  ).toEqual([1000, 2000]);
});

test('a pause of hours is not sat through', async () => {
  const night = [sample(0), sample(8 * 3_600_000), sample(8 * 3_600_000 + 1000)];
  const {clock, shown} = replay({items: from([opening, ...observed(night)])});

  await clock.advance(3500);

  expect(shown()).toEqual([0, 28_800_000, 28_801_000]);
});

test('time stands still at the end, and the screen stays', async () => {
  const {clock, session, ticks, controller, end} = replay({
    stays: true,
    items: from([opening, ...observed([attached(0)])]),
  });
  await clock.advance(10_000);
  const last = ticks.at(-1);
  controller.abort();

  expect(await end).toEqual({kind: 'aborted'});
  expect(last).toMatchObject({at: moment(0), redraw: true});
  expect(session.attached).toBe(true);
});

test('a new recording behind another begins anew, its next segment does not', async () => {
  const other = {...header, target: 'shop', startedAt: '2026-11-23T00:00:00.000Z'};
  const next = {...other, segment: 2};
  const {session, clock} = replay({
    speed: 'max',
    items: from([
      opening,
      ...observed([attached(0), sample(250)]),
      {kind: 'header', header: other, goesOn: false},
      ...observed([sample(0, [worker(1)])]),
      {kind: 'header', header: next, goesOn: true},
      ...observed([sample(250, [worker(1), worker(2)])]),
    ]),
  });
  await clock.advance(100);

  expect(session.attached).toBe(false);
  expect(session.snapshot()).toMatchObject({target: 'shop', workers: [{pid: 1}, {pid: 2}]});
});

test('a screen is drawn with news, and without news once a second of its own time', async () => {
  const samples = Array.from({length: 17}, (_, index) => sample(index * 250));
  const {clock, ticks} = replay({items: from([opening, ...observed(samples)])});

  await clock.advance(3900);

  expect(ticks.filter(({redraw}) => redraw)).toHaveLength(4);
});

test('live and replayed, the same observations give the same verdicts to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(anyObservations, async (observations) => {
      let live = beginInspection(header.target);
      const happenings: Happening[] = [];
      for (const observation of observations) {
        const result = observe(live, observation);
        live = result.inspection;
        happenings.push(...result.happenings);
      }
      const {items} = await read(recordingOf(observations));
      const {session, ticks, end} = replay({speed: 'max', items: from(items)});
      await end;

      expect(JSON.stringify(ticks.flatMap((tick) => tick.happenings))).toBe(JSON.stringify(happenings));
      expect(JSON.stringify(session.snapshot())).toBe(JSON.stringify(snapshotOf(live)));
    }),
    {numRuns: 200},
  );
});
