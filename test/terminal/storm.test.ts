/** A storm of timeouts while somebody reads: nothing on the screen moves but what is new. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive, restartRows, selectedRestart, workerRows} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import type {Terminal} from '../helpers/terminal.js';

const sizes = [
  {columns: 60, rows: 15},
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
];

let server: GunicornServer;
let screens: readonly Terminal[] = [];
const traffic = new AbortController();

beforeAll(async () => {
  server = await startGunicorn({
    environment: await gunicornEnvironment('23.0.0'),
    workerClass: 'sync',
    workers: 4,
    timeoutSeconds: 2,
  });
  screens = await Promise.all(sizes.map((size) => openLive(server, size)));
});

afterAll(async () => {
  traffic.abort();
  for (const screen of screens) {
    screen.close();
  }
  await server?.stop();
});

/** Keeps a worker in a request that outlasts every timeout. */
async function hang(): Promise<void> {
  while (!traffic.signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- the next request is the one after this
    await server.request('/sleep?s=60').answer;
  }
}

const restartsSeen = (text: string) => Number(/^─ RESTARTS {2}(\d+)/m.exec(text)?.[1] ?? 0);

type Sight = {
  readonly title: number;
  readonly workers: readonly number[];
  readonly selected: number | undefined;
  readonly selectedRow: number;
};

function sightOf(lines: readonly string[]): Sight {
  const text = lines.join('\n');
  return {
    title: lines.findIndex((line) => line.startsWith('─ RESTARTS')),
    workers: workerRows(text),
    selected: selectedRestart(text),
    selectedRow: lines.findIndex((line) => line.startsWith('▸')),
  };
}

/** Whether two pids ever stood in one order and later in the other. */
function changedPlaces(sights: readonly Sight[]): readonly string[] {
  const above = new Set<string>();
  const changed = new Set<string>();
  for (const {workers} of sights) {
    for (const [index, upper] of workers.entries()) {
      for (const lower of workers.slice(index + 1)) {
        above.add(`${upper} ${lower}`);
        if (above.has(`${lower} ${upper}`)) {
          changed.add(`${upper} ${lower}`);
        }
      }
    }
  }
  return [...changed];
}

test('while workers die of timeouts, rows keep their order, the chosen restart its line, the list its place', async () => {
  const clients = Array.from({length: 6}, hang);
  await Promise.all(screens.map((screen) => screen.until('three timeouts', (text) => restartsSeen(text) >= 3)));

  const seen = screens.map((): Sight[] => []);
  const chosen = await Promise.all(
    screens.map(async (screen, index) => {
      const before = restartRows(screen.lines().join('\n'));
      screen.type('gj');
      await screen.until('another one selected', (text) => {
        const pid = selectedRestart(text);
        return pid !== undefined && restartRows(text).indexOf(pid) === 1 && before.includes(pid);
      });
      screen.watch((lines) => seen[index]?.push(sightOf(lines)));
      return selectedRestart(screen.lines().join('\n'));
    }),
  );
  await Promise.all(
    screens.map((screen) => screen.until('a dozen timeouts', (text) => restartsSeen(text) >= 12, 40_000)),
  );
  traffic.abort();

  for (const [index, sights] of seen.entries()) {
    // Enough pictures to have seen something move.
    expect(sights.length).toBeGreaterThan(2);
    expect(new Set(sights.map(({selected}) => selected))).toEqual(new Set([chosen[index]]));
    expect(new Set(sights.map(({selectedRow}) => selectedRow)).size).toBe(1);
    expect(new Set(sights.map(({title}) => title)).size).toBe(1);
    expect(changedPlaces(sights)).toEqual([]);
  }
  for (const screen of screens) {
    const text = screen.lines().join('\n');
    expect(text).toMatch(/newer above/);
    expect(text).toMatch(/RUNTIME {2}\d+ restarts: /);
    screen.type('q');
  }
  for (const screen of screens) {
    expect(await screen.ended).toEqual({exitCode: 0, signal: 0});
  }
  await server.stop();
  await Promise.all(clients);
}, 90_000);
