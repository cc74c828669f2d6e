/** Where one of the standard streams is no terminal, or one that can do little. */
import {spawnSync} from 'node:child_process';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive, program} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {nothingTaken, openTerminal, type Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screen: Terminal | undefined;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync', workers: 2});
});
afterEach(() => {
  screen?.close();
  screen = undefined;
});
afterAll(() => server?.stop());

/** Runs a shell script in which `gunspect` is the built program and PID the master's pid. */
function shell(script: string) {
  const gunspect = `gunspect() { "${process.execPath}" "${program}" "$@"; }`;
  const {status, stdout, stderr} = spawnSync(
    'bash',
    ['-c', `${gunspect}\n${script.replaceAll(/\bPID\b/g, String(server.pid))}`],
    {
      encoding: 'utf8',
      timeout: 20_000,
    },
  );
  return {status, stdout, stderr};
}

test.each([
  ['one picture', 'gunspect PID'],
  ['the list', 'gunspect list'],
  ['the list as JSON', 'gunspect list --json'],
  ['the stream', 'gunspect watch PID --json --for 10s'],
  ['the log', 'gunspect watch PID --for 10s'],
])('%s into a reader that takes one line ends with 0 and without a word', (_what, command) => {
  const {status, stdout, stderr} = shell(`${command} | head -1; exit \${PIPESTATUS[0]}`);

  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  expect(stdout.split('\n')).toHaveLength(2);
});

test.each([
  ['standard input', '<&-', 'HEALTHY'],
  ['standard output', '>&-', ''],
  ['standard error', '2>&-', 'HEALTHY'],
  ['every stream', '<&- >&- 2>&-', ''],
])('with %s closed one picture ends with 0', (_which, closed, shown) => {
  const {status, stdout, stderr} = shell(`gunspect PID ${closed}`);

  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  expect(stdout).toContain(shown);
  expect(stdout === '').toBe(shown === '');
});

test.each(['<&-', '2>&-', '>&-'])('the stream with %s starts, ends after its time and exits with 0', (closed) => {
  const {status, stdout, stderr} = shell(`gunspect watch PID --json --for 1s ${closed}`);

  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  expect(stdout).toMatch(closed === '>&-' ? /^$/ : /^\{"v":1,"type":"attached".*"type":"detached"/s);
});

test('on a terminal that cannot place text it prints one picture and ends', async () => {
  screen = openTerminal(process.execPath, [program, String(server.pid)], {
    columns: 120,
    rows: 40,
    env: {TERM: 'dumb'},
  });

  expect(await screen.ended).toEqual({exitCode: 0, signal: 0});
  expect(screen.lines().join('\n')).toMatch(/HEALTHY.*PID.*idle.*SOURCES OF EVIDENCE/s);
  expect(screen.taken()).toEqual(nothingTaken);
});

test('with its keys piped in it is no screen: it prints one picture on the terminal', async () => {
  screen = openTerminal('sh', ['-c', `echo jjq | "${process.execPath}" "${program}" ${server.pid}`], {
    columns: 120,
    rows: 40,
  });

  expect(await screen.ended).toEqual({exitCode: 0, signal: 0});
  expect(screen.lines().join('\n')).toMatch(/HEALTHY.*PID.*idle/s);
});

test('CI in the environment does not take the screen away', async () => {
  screen = await openLive(server, {columns: 80, rows: 24, env: {CI: 'true'}});
  screen.type('q');

  expect(await screen.ended).toEqual({exitCode: 0, signal: 0});
});

test('with NO_COLOR not one colour reaches the terminal, and every state is readable', async () => {
  screen = await openLive(server, {columns: 100, rows: 30, env: {NO_COLOR: '1', FORCE_COLOR: '3'}});
  const {active} = screen.emulator.buffer;
  const cell = active.getNullCell();
  let coloured = 0;
  for (let row = 0; row < 30; row++) {
    for (let column = 0; column < 100; column++) {
      active.getLine(active.viewportY + row)?.getCell(column, cell);
      coloured += Number(!cell.isFgDefault() || !cell.isBgDefault());
    }
  }

  expect(coloured).toBe(0);
  expect(screen.lines().join('\n')).toMatch(/idle/);
  screen.type('q');
  expect((await screen.ended).exitCode).toBe(0);
});
