import {chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {clipboardSequence} from '../../source/commands/clipboard.js';
import {fileNameFor, writePrivateFile} from '../../source/commands/private-file.js';
import {screenDeeds} from '../../source/commands/screen-deeds.js';
import {timedOut} from '../helpers/snapshots/restarts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';

let folder = '';
let written = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gunspect-deeds-'));
  written = '';
});
afterEach(() => rmSync(folder, {recursive: true}));

const restart = timeoutStorm.restarts[0] ?? timedOut(9101, '14:03:19', 720, 9123);
const deeds = (environment: NodeJS.ProcessEnv, folders = [folder]) =>
  screenDeeds({
    environment,
    write: (bytes) => {
      written += bytes;
    },
    writeFile: (name, text) => writePrivateFile(name, text, folders),
  });

test('a restart goes to the clipboard of the terminal, as Markdown, and no file is written', async () => {
  const said = await deeds({TERM: 'xterm-256color'}).copy(restart, timeoutStorm, 0);
  expect(said).toMatch(/^#9101 sent to the clipboard of your terminal/);
  expect(written.startsWith('\u001B]52;c;') && written.endsWith('\u0007')).toBe(true);
  const text = written.slice(7, -1);
  expect(Buffer.from(text, 'base64').toString()).toMatch(/^## \\#9101 → 9123 · timeout/);
});

test('a terminal without a clipboard gets a file that only its owner can read', async () => {
  const said = await deeds({TERM: 'linux'}).copy(restart, timeoutStorm, 0);
  const path = join(folder, 'gunspect-9101-20261122T140319Z.md');
  expect(said).toBe(`#9101 written to ${path}`);
  expect(written).toBe('');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('in tmux, which may drop it, it goes both ways', async () => {
  const said = await deeds({TERM: 'screen-256color', TMUX: '/tmp/tmux-0/default,1,0'}).copy(restart, timeoutStorm, 0);
  expect(said).toMatch(/^#9101 written to .*; sent to tmux too$/);
  expect(written).not.toBe('');
});

test('a report is written beside those that are there, and never over one', async () => {
  const {report} = deeds({});
  expect(await report(timeoutStorm, 0)).toMatch(/^report written to .*gunspect-shop-wsgi-app-20261122T140321Z\.md$/);
  expect(await report(timeoutStorm, 0)).toMatch(/-20261122T140321Z-2\.md$/);
  expect(readFileSync(join(folder, 'gunspect-shop-wsgi-app-20261122T140321Z.md'), 'utf8')).toMatch(/^# shop\.wsgi:app/);
});

test('a link that somebody laid in the way is not followed', async () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(folder, fileNameFor('shop.wsgi:app', timeoutStorm.at.wallMs)));
  await deeds({}).report(timeoutStorm, 0);
  expect(readFileSync(victim, 'utf8')).toBe('precious');
});

test('where one folder refuses the next is taken, and where all do it is said', async () => {
  const refusing = join(folder, 'file');
  writeFileSync(refusing, '');
  chmodSync(refusing, 0o400);
  expect(await deeds({}, [refusing, folder]).report(timeoutStorm, 0)).toContain(`report written to ${folder}/`);
  expect(await deeds({}, [refusing]).report(timeoutStorm, 0)).toMatch(/^report could not be written: ENOTDIR/);
});

test('what is too long for a terminal is no sequence', () => {
  expect(clipboardSequence('x'.repeat(60_000))).toBeUndefined();
});
