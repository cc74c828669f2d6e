/** A terminal that takes no output, as over a connection that stands still. */
import {execFileSync} from 'node:child_process';
import {readlinkSync} from 'node:fs';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {isAlive} from '../helpers/fault-processes.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive, program} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {openTerminal, type Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screen: Terminal | undefined;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync', workers: 2});
});
afterEach(() => screen?.close());
afterAll(() => server?.stop());

/** Stops or continues the output of a process's terminal (tcflow(3)). */
function flow(pid: number, action: 'TCOOFF' | 'TCOON'): void {
  const script = `import os, sys, termios; termios.tcflow(os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY), termios.${action})`;
  execFileSync('python3', ['-c', script, readlinkSync(`/proc/${pid}/fd/1`)]);
}

test('it goes on watching, and shows what came meanwhile when the terminal goes on', async () => {
  const opened = await openLive(server, {columns: 80, rows: 24});
  screen = opened;
  flow(opened.pid, 'TCOOFF');
  opened.type('?');
  opened.type('?');
  const [victim = 0] = server.workerPids();
  server.signal('SIGKILL', victim);
  await server.waitForWorkers(2);
  flow(opened.pid, 'TCOON');
  await opened.until('the restart', (text) => new RegExp(`#${victim} +killed`).test(text));
  opened.type('q');
  expect(await opened.ended).toEqual({exitCode: 0, signal: 0});
});

const ends: Readonly<Record<string, (opened: Terminal) => void>> = {
  q: (opened) => opened.type('q'),
  SIGTERM: ({pid}) => void process.kill(pid, 'SIGTERM'),
};

test.each(Object.entries(ends))('%s ends it without waiting for the terminal', async (_how, end) => {
  screen = await openLive(server, {columns: 80, rows: 24});
  const {pid} = screen;
  flow(pid, 'TCOOFF');
  end(screen);
  await waitFor('its end', 10_000, () => !isAlive(pid));
});

test('the log of watch on such a terminal can be ended too', async () => {
  screen = openTerminal(process.execPath, [program, 'watch', String(server.pid)], {columns: 80, rows: 24});
  const {pid} = screen;
  await screen.until('the first line', (text) => text.includes(`master ${server.pid}`));
  flow(pid, 'TCOOFF');
  process.kill(pid, 'SIGTERM');
  await waitFor('its end', 10_000, () => !isAlive(pid));
});
