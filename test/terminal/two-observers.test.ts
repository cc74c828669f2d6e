/** Two people look at one master, each with a screen of their own: what they read to each other must be the same. */
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive, restartRows, selectedRestart} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import type {Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screens: readonly Terminal[] = [];

beforeAll(async () => {
  server = await startGunicorn({
    environment: await gunicornEnvironment('23.0.0'),
    workerClass: 'sync',
    workers: 3,
    timeoutSeconds: 2,
  });
  screens = await Promise.all([
    openLive(server, {columns: 120, rows: 40}),
    openLive(server, {columns: 120, rows: 40, args: ['--interval', '400ms', '--utc'], env: {TZ: 'Asia/Kolkata'}}),
  ]);
});
afterAll(async () => {
  for (const screen of screens) {
    screen.close();
  }
  await server?.stop();
});

/** The rows of the restart list and the title of the selected one, without their clock times. */
function read(text: string): {readonly rows: readonly string[]; readonly title: string | undefined} {
  const rows = text.split('\n').flatMap((line) => /^[ ▸]\d\d:\d\d:\d\d (#\d+ +\S+)/.exec(line)?.[1] ?? []);
  return {rows, title: /─ (#\d+ → \d+ +[A-Z, -]+ +(?:certain|likely|possible))/.exec(text)?.[1]};
}

test('both see the same names and the same verdicts, and one finds what the other names', async () => {
  const [victim = 0] = server.workerPids();
  server.signal('SIGKILL', victim);
  await Promise.all(screens.map((screen) => screen.until('the kill', (text) => restartRows(text).includes(victim))));
  const hung = server.request('/sleep?s=60').answer;
  await Promise.all(
    screens.map((screen) =>
      screen.until('the timeout', (text) => /^▸.*#\d+ +timeout /m.test(text) && text.includes('certain')),
    ),
  );
  // A revision reaches one of them a look before the other.
  await vi.waitFor(() => {
    const [one, other] = screens.map((screen) => read(screen.lines().join('\n')));
    expect(one?.rows).toHaveLength(2);
    expect(one?.title).toMatch(/TIMEOUT/);
    expect(other).toEqual(one);
  }, 5000);
  for (const screen of screens) {
    screen.type(`#${victim}\r`);
    await screen.until('the restart that was named', (text) => selectedRestart(text) === victim);
  }
  await vi.waitFor(() => {
    const titles = screens.map((screen) => read(screen.lines().join('\n')).title);
    expect(titles[0]).toMatch(/KILLED/);
    expect(titles[1]).toBe(titles[0]);
  }, 5000);
  await server.stop();
  await hung;
});
