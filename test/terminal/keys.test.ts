/** Every key of the keymap on a real terminal, by what it changes on the screen. Each test leaves the screen as it found it. */
import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {keymap, type Command} from '../../source/view/keymap.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {bytesOf} from '../helpers/key-bytes.js';
import {openLive, restartRows, selectedRestart, selectedWorker, workerRows} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import type {Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screen: Terminal;
/** The workers that went away, the newest first: one that was not wanted any more, and two that were killed. */
let gone: readonly number[] = [];
/** Where it runs, and writes what it is told to write. */
const folder = mkdtempSync(join(tmpdir(), 'gunspect-keys-'));

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('newest'), workerClass: 'sync', workers: 4});
  // A zone of its own for the key that switches zones.
  screen = await openLive(server, {columns: 120, rows: 40, env: {TZ: 'Asia/Kolkata', TMUX: ''}, cwd: folder});
  const [first, second, third] = server.workerPids();
  const goes = async (pid: number | undefined, cause: string, go: () => void) => {
    go();
    await screen.until(`the end of ${pid} by ${cause}`, (text) => new RegExp(`#${pid} +${cause}`).test(text));
    gone = [pid ?? 0, ...gone];
  };
  await goes(first, 'killed', () => server.signal('SIGKILL', first));
  await goes(second, 'killed', () => server.signal('SIGKILL', second));
  // gunicorn ends the oldest worker when one fewer is wanted.
  await goes(third, 'scale-down', () => server.signal('SIGTTOU'));
  // A dead worker's row stays for some seconds, and leaves in the middle of a test otherwise.
  await screen.until('no row of a dead worker', (text) => !/^[ -] *\d+ +\S+ +dead /m.test(text));
});

afterAll(async () => {
  screen?.close();
  await server?.stop();
  rmSync(folder, {recursive: true});
});

const press = (...keys: readonly string[]) => screen.type(keys.map(bytesOf).join(''));
const until = (what: string, wanted: (text: string) => boolean) => screen.until(what, wanted);
const shows = (text: string | RegExp) =>
  until(`${text}`, (shown) => (typeof text === 'string' ? shown.includes(text) : text.test(shown)));
const hides = (text: string) => until(`no ${text}`, (shown) => !shown.includes(text));
const selects = (pid: number | undefined) => until(`#${pid} selected`, (text) => selectedRestart(text) === pid);
const selectsWorker = (pid: number | undefined) => until(`${pid} selected`, (text) => selectedWorker(text) === pid);

/** What comes to the terminal's clipboard next (OSC 52). */
function clipboard(): Promise<string> {
  return new Promise((resolve) => {
    const listening = screen.emulator.parser.registerOscHandler(52, (data) => {
      listening.dispose();
      resolve(Buffer.from(data.replace('c;', ''), 'base64').toString());
      return true;
    });
  });
}

/** The time of the picture that is shown while paused, as milliseconds of the day. */
async function pausedAt(wanted: (at: number) => boolean = () => true): Promise<number> {
  const timeIn = (text: string) => Date.parse(`1970-01-01T${/paused (\d\d:\d\d:\d\d)/.exec(text)?.[1]}Z`);
  return timeIn(await until('another picture', (text) => text.includes('paused ') && wanted(timeIn(text))));
}

/** Moves on one key from one place of the list to another, in both panes, and back to where it was. */
async function moves(key: string, from: 'top' | 'bottom', to: (rows: readonly number[]) => number | undefined) {
  const before = bytesOf(from === 'top' ? 'g' : 'G');
  screen.type(before);
  await selects(from === 'top' ? gone[0] : gone.at(-1));
  press(key);
  await selects(to(gone));
  press('tab');
  const workers = workerRows(screen.lines().join('\n'));
  screen.type(before);
  await selectsWorker(from === 'top' ? workers[0] : workers.at(-1));
  press(key);
  await selectsWorker(to(workers));
  press('tab');
  await selectsWorker(undefined);
  press('escape');
  // The newest that was not expected.
  await selects(gone[1]);
}

const effects: Readonly<Record<Command, (key: string) => Promise<void>>> = {
  quit: async (key) => {
    const other = await openLive(server, {columns: 80, rows: 24});
    other.type(bytesOf(key));
    expect(await other.ended).toEqual({exitCode: 0, signal: 0});
    other.close();
  },
  help: async (key) => {
    press(key);
    await shows('─ KEYS');
    await shows('freeze the picture; collection goes on');
    press(key);
    await hides('─ KEYS');
  },
  'next-pane': async (key) => {
    const [first] = workerRows(screen.lines().join('\n'));
    press(key);
    await selectsWorker(first);
    press(key);
    await selectsWorker(undefined);
  },
  up: (key) => moves(key, 'bottom', (rows) => rows.at(-2)),
  down: (key) => moves(key, 'top', (rows) => rows[1]),
  'page-up': (key) => moves(key, 'bottom', (rows) => rows[0]),
  'page-down': (key) => moves(key, 'top', (rows) => rows.at(-1)),
  top: (key) => moves(key, 'bottom', (rows) => rows[0]),
  bottom: (key) => moves(key, 'top', (rows) => rows.at(-1)),
  open: async (key) => {
    press('g', 'j', key);
    await shows(`─ #${gone[1]} → `);
    await shows('THE FOUR QUESTIONS');
    press('escape');
    await hides('THE FOUR QUESTIONS');
    press('tab', 'g', key);
    await shows(`─ WORKER ${workerRows(screen.lines().join('\n'))[0] ?? ''}`);
    press('escape');
    await hides('─ WORKER');
    press('tab', 'escape');
    await selectsWorker(undefined);
  },
  back: async (key) => {
    press('?');
    await shows('─ KEYS');
    press(key);
    await hides('─ KEYS');
    press('/');
    await shows('enter keep');
    press('k', 'enter');
    await shows('esc clear filter');
    press(key);
    await hides('esc clear filter');
    press('G');
    await selects(gone.at(-1));
    press(key);
    await selects(gone[1]);
  },
  pause: async (key) => {
    press(key);
    await shows(/paused \d\d:\d\d:\d\d/);
    press(key);
    await shows('● live');
  },
  'faults-only': async (key) => {
    press(key);
    await until('faults only', (text) => restartRows(text).join() === gone.slice(1).join());
    await shows('faults only');
    press(key);
    await until('all', (text) => restartRows(text).join() === gone.join());
  },
  filter: async (key) => {
    press(key);
    await shows('enter keep');
    screen.type('scale');
    await shows('/ scale_');
    await until('one restart', (text) => restartRows(text).join() === String(gone[0]));
    press('enter');
    await shows('filter: scale');
    press('escape');
    await until('all', (text) => restartRows(text).join() === gone.join());
  },
  sort: async (key) => {
    const byAge = workerRows(screen.lines().join('\n'));
    for (const column of ['heartbeat', 'rss', 'cpu', 'requests', 'pid']) {
      press(key);
      await shows(`sorted by ${column}`);
    }
    await until('by pid', (text) => workerRows(text).join() === byAge.toSorted((a, b) => a - b).join());
    press(key);
    await hides('sorted by');
  },
  'reverse-sort': async (key) => {
    const byAge = workerRows(screen.lines().join('\n'));
    press(key);
    await shows('sorted by age reversed');
    await until('the youngest first', (text) => workerRows(text).join() === byAge.toReversed().join());
    press(key);
    await hides('sorted by');
  },
  follow: async (key) => {
    press(key);
    await shows('following');
    press(key);
    await hides('following');
    press('tab');
    await selectsWorker(undefined);
  },
  redraw: async (key) => {
    press('p');
    await shows('paused');
    const before = screen.lines();
    screen.scribble('\u001B[7;1HBroadcast message from root\u001B[K\u001B[20;60Hand more of it');
    await shows('Broadcast');
    press(key);
    await until('the picture as it was', (text) => text === before.join('\n'));
    press('p');
    await shows('● live');
  },
  zone: async (key) => {
    await shows(/\d\d:\d\d:\d\d \+05:30 ● live/);
    press(key);
    await shows(/\d\d:\d\d:\d\d \+00 ● live/);
    press(key);
    await shows(/\d\d:\d\d:\d\d \+05:30 ● live/);
  },
  sources: async (key) => {
    press(key);
    await shows('─ SOURCES OF EVIDENCE');
    await shows(/heartbeat +✓ readable/);
    press(key);
    await hides('SOURCES OF EVIDENCE');
  },
  guide: async (key) => {
    press(key);
    await shows('─ THE GUIDE');
    await shows(
      /^ 1 +At boot, at runtime.*\n +found: 2 at runtime, 1 by an expected recycle: killed ×2, scale-down ×1/m,
    );
    press(key);
    await hides('THE GUIDE');
  },
  'step-back': async (key) => {
    press('p');
    const from = await pausedAt();
    press(key);
    expect(await pausedAt((at) => at !== from)).toBeLessThan(from);
    press('l');
    await shows('● live');
  },
  'step-forward': async (key) => {
    press(key);
    await shows('this is now; T steps back in time');
    press('T', 'T', 'T');
    const from = await pausedAt();
    press(key);
    expect(await pausedAt((at) => at !== from)).toBeGreaterThan(from);
    press('l');
    await shows('● live');
  },
  jump: async (key) => {
    press(key);
    await shows('enter go  esc cancel');
    screen.type(`#${gone[1]}`);
    press('enter');
    await shows('paused');
    // What ended after it had not happened yet.
    await until('the worker on top', (text) => restartRows(text)[0] === gone[1]);
    press(key, 'enter');
    await until('the event before', (text) => restartRows(text)[0] === gone[2]);
    press('l', 'escape');
    await until('all', (text) => restartRows(text).join() === gone.join());
    press(key);
    screen.type('now\r');
    await shows('“now” is no time');
    press('escape');
    await hides('is no time');
  },
  copy: async (key) => {
    const copied = clipboard();
    press('g', key);
    await shows(`#${gone[0]} sent to the clipboard of your terminal`);
    expect(await copied).toMatch(new RegExp(`^## \\\\#${gone[0]} · scale-down`));
    press('escape');
    await hides('sent to the clipboard');
  },
  report: async (key) => {
    press(key);
    const text = await shows(/report written to \S+\.md/);
    const path = /report written to (\S+\.md)/.exec(text)?.[1] ?? '';
    expect(path).toContain(folder);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^\\| .* \\| \\\\#${gone[1]} \\| killed \\|`, 'm'));
    press('escape');
    await hides('report written');
  },
  theme: async (key) => {
    for (const theme of ['light', 'mono', 'colour-blind', 'dark']) {
      press(key);
      await shows(`theme ${theme}; --theme ${theme} begins with it`);
    }
    press('escape');
    await hides('begins with it');
  },
  mouse: async (key) => {
    const report = (button: number, row: number) => `\u001B[<${button};5;${row + 1}M\u001B[<${button};5;${row + 1}m`;
    const rowOf = (pid: number | undefined, pattern: (pid: number | undefined) => string) =>
      screen.lines().findIndex((line) => new RegExp(pattern(pid)).test(line));
    const restartRow = (pid: number | undefined) => rowOf(pid, () => `^[ ▸]\\d\\d:\\d\\d:\\d\\d #${pid} `);
    const workers = workerRows(screen.lines().join('\n'));
    const workerRow = (pid: number | undefined) => rowOf(pid, () => `^[ ▸] *${pid} `);

    press(key);
    await shows('a click selects');
    expect(screen.taken().mouse).toBe(true);
    screen.type(report(0, restartRow(gone[2])));
    await selects(gone[2]);
    screen.type(report(64, restartRow(gone[2])));
    await selects(gone[1]);
    screen.type(report(0, workerRow(workers[1])));
    await selectsWorker(workers[1]);
    screen.type(report(65, workerRow(workers[1])));
    await selectsWorker(workers[2]);
    screen.type(report(0, workerRow(workers[2])));
    await shows(`─ WORKER ${workers[2]}`);
    press('escape');
    await hides('─ WORKER');
    press('tab', 'escape');
    await selects(gone[1]);
    press(key);
    await shows('the terminal has the mouse again');
    expect(screen.taken().mouse).toBe(false);
    press('escape');
    await hides('the terminal has the mouse again');
  },
  live: async (key) => {
    press('p');
    await shows('paused');
    press(key);
    await shows('● live');
  },
  restart: async (key) => {
    press(key);
    await shows('restart of worker #');
    screen.type(`${gone[2]}\r`);
    await selects(gone[2]);
    press('escape');
    await selects(gone[1]);
    press(key);
    screen.type('1\r');
    await shows('no restart of 1 is known, and it does not live');
    press('escape');
    await hides('no restart of 1');
  },
};

test.each(keymap.flatMap(({command, keys}) => keys.map((key) => [command, key] as const)))(
  '%s: the key %s does what the help says',
  async (command, key) => effects[command](key),
);
