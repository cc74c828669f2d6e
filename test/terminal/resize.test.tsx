/** A terminal that is resized at any moment ends with the picture that a fresh one of its size would show. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive, program, workerRows} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {showScreen, type TestScreen} from '../helpers/screen.js';
import {frameOf} from '../helpers/snapshots/parts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';
import {openTerminal, type Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screen: Terminal | undefined;
let fake: TestScreen | undefined;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('newest'), workerClass: 'sync', workers: 3});
});
afterEach(() => {
  screen?.close();
  fake?.close();
});
afterAll(() => server?.stop());

type Size = {readonly columns: number; readonly rows: number};

/** Sizes from 60×15 to 200×60 in an order without a pattern. */
function sizes(count: number, seed: number): readonly Size[] {
  return Array.from({length: count}, (_, step) => ({
    columns: 60 + ((step * 37 + seed * 101) % 141),
    rows: 15 + ((step * 17 + seed * 29) % 46),
  }));
}

const last: readonly Size[] = [
  {columns: 60, rows: 15},
  {columns: 200, rows: 60},
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
];

test.each(last)('resized to %o after a storm of resizes, a real terminal shows what a redraw shows', async (size) => {
  const opened = await openLive(server, size);
  screen = opened;
  // Frozen, so that the pictures before and after are of one moment.
  opened.type('p');
  await opened.until('the frozen picture', (text) => / paused /.test(text));
  opened.scribble('\u001B[2J\u001B[HX');
  await opened.until('an empty screen', (text) => text.trim() === 'X');
  opened.type('\u000C');
  const whole = await opened.until(
    'the picture drawn anew',
    (text) => workerRows(text).length === 3 && / q quit/.test(text.split('\n').at(-1) ?? ''),
  );
  expect(whole.split('\n')).toHaveLength(size.rows);

  for (const [step, {columns, rows}] of sizes(30, size.rows).entries()) {
    const before = opened.bytesWritten();
    opened.resize(columns, rows);
    if (step % 2 === 0) {
      // The next size comes while the picture for this one is on its way.
      // oxlint-disable-next-line no-await-in-loop -- one size after the other
      await waitFor('the first bytes of a picture', 10_000, () => opened.bytesWritten() > before);
    }
  }
  opened.resize(size.columns, size.rows);
  expect(await opened.until('the same picture', (text) => text === whole)).toBe(whole);

  opened.type('q');
  expect(await opened.ended).toEqual({exitCode: 0, signal: 0});
});

test.each(last)(
  'resized to %o in the middle of everything, a storm looks as it does on a fresh terminal',
  async (size) => {
    const fresh = showScreen(frameOf(timeoutStorm), size);
    const expected = (await fresh.until((lines) => lines.at(-1)?.includes('q quit') === true)).join('\n');
    fresh.close();

    fake = showScreen(frameOf(timeoutStorm), {columns: 90, rows: 20});
    for (const [step, {columns, rows}] of sizes(24, size.rows).entries()) {
      fake.resize(columns, rows);
      if (step % 7 === 0) {
        fake.publish(frameOf({...timeoutStorm, workers: timeoutStorm.workers.slice(step % 3)}));
      }
      if (step % 5 === 0) {
        // oxlint-disable-next-line no-await-in-loop -- some of the resizes are drawn, some overtaken
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    fake.publish(frameOf(timeoutStorm));
    fake.resize(size.columns, size.rows);
    expect((await fake.until((lines) => lines.join('\n') === expected)).join('\n')).toBe(expected);
  },
);

test('below 60×15 it says what it needs, and the picture is back when there is room', async () => {
  screen = await openLive(server, {columns: 80, rows: 24});
  screen.resize(50, 10);
  await screen.until('the words', (text) => text.trim() === 'gunspect needs 60×15, this is 50×10');
  screen.resize(12, 2);
  await screen.until('what fits of them', (text) => text.trim() === 'gunspect nee');
  screen.resize(100, 30);
  await screen.until('the workers', (text) => workerRows(text).length === 3);
  screen.type('q');
  expect(await screen.ended).toEqual({exitCode: 0, signal: 0});
});

test('a resize is noticed in a session of its own too, to which no signal of it comes', async () => {
  const terminal = openTerminal('setsid', ['--wait', process.execPath, program, String(server.pid)], {
    columns: 80,
    rows: 24,
  });
  screen = terminal;
  await terminal.until('the workers', (text) => workerRows(text).length === 3);

  terminal.resize(60, 15);

  const smaller = await terminal.until('the smaller picture', (text) =>
    /^ q quit.*✓$/m.test(text.split('\n')[14] ?? ''),
  );
  expect(smaller.split('\n')).toHaveLength(15);
  terminal.type('q');
  await terminal.ended;
});
