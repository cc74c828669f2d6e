/** The live screen over a real gunicorn, from the first picture to a restart and its four answers. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive, program, selectedRestart, workerRows} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {openTerminal, type Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screen: Terminal | undefined;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('newest'), workerClass: 'sync', workers: 3});
});
afterEach(() => screen?.close());
afterAll(() => server?.stop());

test('soon after the start it shows the master, its workers and that all is well', async () => {
  const opened = openTerminal(process.execPath, [program, String(server.pid)], {columns: 120, rows: 40});
  screen = opened;
  // A worker's own heartbeat file can be told only 200 ms after its birth; nothing is called healthy before.
  const first = await opened.until('a healthy server', (text) => opened.isAlternate() && text.includes('HEALTHY'));

  expect(first).toContain(`fault_app:app · master ${server.pid}`);
  expect(first).toContain('sync ×3 · timeout 30s');
  expect(first).toMatch(/^ {2}HEALTHY {2}3 workers/m);
  expect(first).toContain('● live');
  expect(workerRows(first)).toEqual(server.workerPids());
});

test('a worker that is killed by hand stands in the list with its cause, its four answers and its evidence', async () => {
  screen = await openLive(server, {columns: 120, rows: 40});
  const [victim = 0] = server.workerPids();
  server.signal('SIGKILL', victim);
  const text = await screen.until('the restart of the victim', (shown) => selectedRestart(shown) === victim);

  expect(text).toMatch(new RegExp(`^▸\\d\\d:\\d\\d:\\d\\d #${victim} +killed`, 'm'));
  expect(text).toMatch(new RegExp(`─ #${victim} → \\d+ +KILLED +(likely|possible) ─`));
  expect(text).toMatch(/What was it doing\? +idle/);
  expect(text).toMatch(/Traffic, boot, wait\? +waiting/);
  expect(text).toMatch(/What rose first\? +(neither|unknown)/);
  expect(text).toMatch(/With no traffic\? +/);
  expect(text).toMatch(/Ruled out +/);
  expect(text).toMatch(/^ {2}RUNTIME +1 restart: killed/m);

  screen.type('\r');
  const opened = await screen.until('the restart with all its evidence', (shown) =>
    shown.includes('EVIDENCE FOR killed'),
  );
  expect(opened).toMatch(/^ exit-status +SIGKILL/m);
  screen.type('\u001B');
  const rows = await screen.until('the replacement in the table', (shown) => {
    const pids = workerRows(shown);
    return server.workerPids().length === 3 && server.workerPids().every((pid) => pids.includes(pid));
  });
  expect(rows).toContain('● live');
  screen.type('q');
  expect(await screen.ended).toEqual({exitCode: 0, signal: 0});
  expect(screen.lines().join('\n')).toMatch(/gunspect: watched fault_app:app .*: 1 restart/);
});
