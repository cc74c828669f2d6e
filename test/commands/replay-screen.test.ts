/** A recording on a real terminal: the live screen, its keys, and the terminal as it was. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openTerminal} from '../helpers/terminal.js';
import {attached, sample, worker} from '../recording/observed.js';
import {recordingOf} from '../recording/recording.js';

const program = process.env.GUNSPECT_CLI ?? 'dist/cli.js';

const recording = recordingOf([
  attached(),
  ...Array.from({length: 12}, (_, index) => sample(250 * (index + 1))),
  sample(3250, [worker(9101, {processState: 'Z', exit: {signal: 'SIGKILL', core: false}}), worker(9102)]),
  ...Array.from({length: 30}, (_, index) => sample(3500 + 250 * index, [worker(9102), worker(9103)])),
]);

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-screen-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const path = join(folder, 'incident.ndjson');
  writeFileSync(path, content);
  return path;
}

function terminalWith(script: string) {
  const terminal = openTerminal('sh', ['-c', script.replaceAll('GUNSPECT', `${process.execPath} ${program}`)], {
    columns: 120,
    rows: 40,
    env: {TZ: 'UTC'},
  });
  onTestFinished(() => terminal.close());
  return terminal;
}

test('a recording is shown at its own speed on the live screen, which stays at the end until q', async () => {
  const path = fileWith(recording);
  const terminal = terminalWith(`GUNSPECT replay ${path} --speed 4`);

  const early = await terminal.until('the workers of the first seconds', (screen) => screen.includes('9101'));
  const last = await terminal.until('the end', (screen) => screen.includes('the recording ends here'));
  terminal.type('q');
  const end = await terminal.ended;

  expect(early).toContain('replay of');
  expect(early).not.toContain('KILLED');
  expect(last).toContain('#9101 → 9103  KILLED');
  expect(last).toContain('12:43:29 +00 ● live');
  expect(end).toEqual({exitCode: 0, signal: 0});
  expect(terminal.emulator.buffer.active.type).toBe('normal');
  expect(terminal.lines().join('\n')).toContain('gunspect: watched shop.wsgi:app (master 812) for 10');
});

test('while a recording comes from a pipe, keys come from the terminal', async () => {
  const terminal = terminalWith(`cat ${fileWith(recording)} | GUNSPECT replay - --speed max`);

  await terminal.until('the end', (screen) => screen.includes('the recording ends here'));
  terminal.type('?');
  const help = await terminal.until('the help', (screen) => /quit/i.test(screen) && !screen.includes('KILLED  '));
  terminal.type('\u001B');
  await terminal.until('the list again', (screen) => screen.includes('KILLED  '));
  terminal.type('q');
  const end = await terminal.ended;

  expect(help).toContain('replay of standard input');
  expect(end).toEqual({exitCode: 0, signal: 0});
  expect(terminal.emulator.buffer.active.type).toBe('normal');
});

test('a pipe that stands still is seen to do so, and leaving does not wait for it', async () => {
  const terminal = terminalWith(`{ cat ${fileWith(recording)}; sleep 60; } | GUNSPECT replay - --speed max`);

  await terminal.until('data that grows old', (screen) => /data .+ old/.test(screen));
  terminal.type('q');

  // The shell waits for the sleep; what is asked is whether the screen has gone.
  await terminal.until('the last line', (screen) => screen.includes('gunspect: watched'));
  expect(terminal.emulator.buffer.active.type).toBe('normal');
});

test('a recording that breaks off says so on the screen and when it has gone, with exit code 2', async () => {
  const path = fileWith(recording.slice(0, -20));
  const terminal = terminalWith(`GUNSPECT replay ${path} --speed max`);
  const error = 'the recording is cut off in the middle of line 45';

  const screen = await terminal.until('the error', (shown) => shown.includes(error));
  terminal.type('q');
  const end = await terminal.ended;

  expect(screen).toContain('KILLED');
  expect(end).toEqual({exitCode: 2, signal: 0});
  expect(terminal.lines().join('').replaceAll(/\s+/g, '')).toContain(`${path}:${error}.`.replaceAll(/\s+/g, ''));
});

test('what is no recording is refused before the screen is taken', async () => {
  const terminal = terminalWith(`GUNSPECT replay ${fileWith('no recording\n')}`);

  const end = await terminal.ended;

  expect(end).toEqual({exitCode: 2, signal: 0});
  expect(terminal.lines().join('')).toContain('line 1 of the recording is not JSON.');
});

test('a terminal as standard input is no recording', async () => {
  const terminal = terminalWith('GUNSPECT replay -');

  await terminal.ended;

  expect(terminal.lines().join('')).toContain(
    'standard input is a terminal; pipe a recording into it, or name its file.',
  );
});
