/** What a shell gets back from the live screen: its terminal as it was, and an exit code. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {childrenOf} from '../helpers/fault-processes.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {hearsKeys, program, showsWorkers} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {openShell, type Shell} from '../helpers/shell.js';
import {nothingTaken, openTerminal, type Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let shell: Shell;
let other: Terminal | undefined;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync', workers: 2});
});
beforeEach(async () => {
  shell = await openShell({columns: 80, rows: 24});
});
afterEach(() => {
  shell?.close();
  other?.close();
  other = undefined;
});
afterAll(() => server?.stop());

const live = () => `"${process.execPath}" "${program}" ${server.pid}`;
const isShown = (screen: Terminal) =>
  screen.until('the workers of the master', (text) => hearsKeys(screen) && showsWorkers(server)(text));
const gunspect = () => childrenOf(shell.pid)[0] ?? 0;

const signal = (name: NodeJS.Signals): void => void process.kill(gunspect(), name);

const ends: Readonly<Record<string, () => void>> = {
  q: () => shell.type('q'),
  'ctrl-c': () => shell.type('\u0003'),
  SIGINT: () => signal('SIGINT'),
  SIGTERM: () => signal('SIGTERM'),
  SIGHUP: () => signal('SIGHUP'),
};

test.each(Object.entries(ends))('%s gives the terminal back and ends with 0', async (_how, end) => {
  const code = await shell.ran(live(), async () => {
    await isShown(shell);
    end();
  });
  expect(code).toBe(0);
  expect(shell.taken()).toEqual(nothingTaken);
});

const takeMouse = async () => {
  shell.type('m');
  await shell.until('the mouse', () => shell.taken().mouse);
};

test.each(Object.entries(ends))('%s gives the mouse back too, where it was taken', async (_how, end) => {
  const code = await shell.ran(live(), async () => {
    await isShown(shell);
    await takeMouse();
    end();
  });
  expect(code).toBe(0);
  expect(shell.taken()).toEqual(nothingTaken);
});

test('a refusal leaves the terminal alone and ends with 2', async () => {
  const code = await shell.ran(`"${process.execPath}" "${program}" ${process.pid}`, async () => {
    await shell.until('the sentence', (text) => /gunspect: /.test(text));
  });
  expect(code).toBe(2);
  expect(shell.taken()).toEqual(nothingTaken);
});

/** Stops the screen with `stop`, looks that the shell has its terminal, and brings the screen back. */
async function stopAndContinue(stop: () => void) {
  shell.run(live());
  await isShown(shell);
  stop();
  await shell.until('the stopped job', (text) => /Stopped/.test(text));
}

async function quitAfterwards() {
  shell.type('?');
  await shell.until('the help', (text) => text.includes('─ KEYS'));
  shell.type('q');
  await shell.until('the shell', () => !shell.isAlternate());
  const code = await shell.ran('(exit $?)', async () => {});
  expect(code).toBe(0);
  expect(shell.taken()).toEqual(nothingTaken);
}

const stops: Readonly<Record<string, () => void>> = {
  'ctrl-z': () => shell.type('\u001A'),
  'ctrl-z among other keys': () => shell.type('jk\u001A'),
  SIGTSTP: () => signal('SIGTSTP'),
};

test.each(Object.entries(stops))('%s gives the terminal back, and fg brings the picture back', async (_how, stop) => {
  await stopAndContinue(stop);
  expect(shell.taken()).toEqual(nothingTaken);
  expect(await shell.ran('true', async () => {})).toBe(0);
  shell.run('fg');
  await isShown(shell);
  await quitAfterwards();
});

test('the mouse is lent to the shell while it has the terminal, and taken again after it', async () => {
  shell.run(live());
  await isShown(shell);
  await takeMouse();
  shell.type('\u001A');
  await shell.until('the stopped job', (text) => /Stopped/.test(text));
  expect(shell.taken()).toEqual(nothingTaken);
  shell.run('fg');
  await isShown(shell);
  await shell.until('the mouse', () => shell.taken().mouse);
  await quitAfterwards();
});

test('after SIGSTOP, which nobody hears, fg draws the whole picture again', async () => {
  await stopAndContinue(() => signal('SIGSTOP'));
  shell.scribble('\u001B[2J');
  shell.run('fg');
  await isShown(shell);
  await quitAfterwards();
});

test('in the background it leaves the terminal to the shell', async () => {
  await stopAndContinue(() => shell.type('\u001A'));
  // Once the shell has gone on, it runs again, and a stop after that is a new one.
  expect(await shell.ran('clear; bg', async () => {})).toBe(0);
  await waitFor('it to stop at the terminal', 10_000, () => /^State:\tT/m.test(statusOf(gunspect())));
  expect(await shell.ran('true', async () => {})).toBe(0);
  expect(shell.taken()).toEqual(nothingTaken);
  shell.run('fg');
  await isShown(shell);
  await quitAfterwards();
});

test('killed while it is stopped, it ends and does not touch the terminal', async () => {
  await stopAndContinue(() => shell.type('\u001A'));
  const pid = gunspect();
  shell.run('kill %1');
  await waitFor('its end', 10_000, () => statusOf(pid) === '');
  expect(await shell.ran('true', async () => {})).toBe(0);
  expect(shell.taken()).toEqual(nothingTaken);
});

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

test('without a shell that could continue it, ctrl-z changes nothing', async () => {
  other = openTerminal(process.execPath, [program, String(server.pid)], {columns: 80, rows: 24});
  await isShown(other);
  other.type('\u001A');
  other.type('?');
  await other.until('the help', (text) => text.includes('─ KEYS'));
  other.type('q');
  expect(await other.ended).toEqual({exitCode: 0, signal: 0});
  expect(other.taken()).toEqual(nothingTaken);
});

test('when the terminal goes away it ends by itself with 0', async () => {
  const codeFile = join(server.folder, 'code');
  // The shell hears the hang-up too, and stays to write down how it ended.
  const script = `trap : HUP; ${live()} 2>"${codeFile}.errors"; echo $? >"${codeFile}"`;
  other = openTerminal('sh', ['-c', script], {columns: 80, rows: 24});
  await isShown(other);
  other.hangUp();
  const code = await waitFor('the exit code', 10_000, () => textOf(codeFile) || undefined);
  expect(code).toBe('0\n');
  // oxlint-disable-next-line no-control-regex -- Ink shows the cursor on standard error when the process ends
  expect(textOf(`${codeFile}.errors`).replaceAll(/\u001B\[\?25h/g, '')).toBe('');
});

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
