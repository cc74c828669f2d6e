/** Several masters fit what was named: the list to choose from, on a real terminal. */
import {randomUUID} from 'node:crypto';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {program, workerRows} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {nothingTaken, openTerminal, type Terminal} from '../helpers/terminal.js';

const name = `pair-${randomUUID()}`;
let servers: readonly GunicornServer[];

beforeAll(async () => {
  const environment = await gunicornEnvironment('23.0.0');
  const args = ['--name', name];
  servers = await Promise.all([1, 2].map(() => startGunicorn({environment, workerClass: 'sync', args})));
}, 180_000);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

async function openPicker(): Promise<Terminal> {
  const terminal = openTerminal(process.execPath, [program, name], {columns: 100, rows: 20});
  onTestFinished(() => terminal.close());
  await terminal.until('the list', (text) => /Which one\?/.test(text) && servers.every(({pid}) => rowOf(text, pid)));
  return terminal;
}

function rowOf(text: string, pid: number): string | undefined {
  return text.split('\n').find((line) => new RegExp(`^[> ] +${pid} `).test(line));
}

test('the keys choose a master, and enter attaches to it', async () => {
  const terminal = await openPicker();
  const first = servers.find(({pid}) => rowOf(terminal.lines().join('\n'), pid)?.startsWith('>'))!;
  const other = servers.find(({pid}) => pid !== first.pid)!;

  terminal.type('j');
  await terminal.until('the other one to be chosen', (text) => rowOf(text, other.pid)!.startsWith('>'));
  terminal.type('\r');

  const screen = await terminal.until('its workers', (text) =>
    other.workerPids().every((pid) => workerRows(text).includes(pid)),
  );
  expect(screen).toContain(`master ${other.pid}`);
  expect(screen).not.toContain('Which one?');
  terminal.type('q');
  expect(await terminal.ended).toEqual({exitCode: 0, signal: 0});
  expect(terminal.taken()).toEqual(nothingTaken);
});

test('keys that come in one read are taken one after another', async () => {
  const terminal = await openPicker();
  const first = servers.find(({pid}) => rowOf(terminal.lines().join('\n'), pid)?.startsWith('>'))!;
  const other = servers.find(({pid}) => pid !== first.pid)!;

  terminal.type('jj\r');

  expect(await terminal.until('its workers', (text) => text.includes('HEARTBEAT'))).toContain(`master ${other.pid}`);
  terminal.type('q');
  await terminal.ended;
});

test.each([
  ['q', 'q'],
  ['escape', '\u001B'],
  ['ctrl-c', '\u0003'],
])('%s leaves it without attaching, and nothing of the list stays', async (_key, bytes) => {
  const terminal = await openPicker();

  terminal.type(bytes);

  expect(await terminal.ended).toEqual({exitCode: 0, signal: 0});
  expect(terminal.lines().join('\n')).not.toContain('Which one?');
  expect(terminal.taken()).toEqual(nothingTaken);
});

test('a signal takes the list away too', async () => {
  const terminal = await openPicker();

  process.kill(terminal.pid, 'SIGTERM');

  expect(await terminal.ended).toEqual({exitCode: 0, signal: 0});
  expect(terminal.lines().join('\n')).not.toContain('Which one?');
  expect(terminal.taken()).toEqual(nothingTaken);
});
