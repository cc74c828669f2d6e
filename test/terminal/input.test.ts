/** What arrives at a terminal beside single keys: several at once, escapes, pastes, reports and rubbish. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {nothingTaken, type Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screen: Terminal;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync', workers: 2});
  screen = await openLive(server, {columns: 120, rows: 40});
});
afterAll(async () => {
  screen?.close();
  await server?.stop();
});

const shows = (text: string) => screen.until(text, (shown) => shown.includes(text));
const hides = (text: string) => screen.until(`no ${text}`, (shown) => !shown.includes(text));

test('several keys in one read are all handled, in their order', async () => {
  screen.type('?jjke');
  await shows('─ SOURCES OF EVIDENCE');
  screen.type('e/sto');
  await shows('/ sto_');
  screen.type('p\u007F\u007Fuff\r');
  await shows('filter: stuff');
  screen.type('\u001B');
  await hides('filter:');
});

test('escape followed quickly by a key is escape and then the key', async () => {
  screen.type('?');
  await shows('─ KEYS');
  screen.type('\u001Be');
  await shows('─ SOURCES OF EVIDENCE');
  screen.type('\u001B?');
  await shows('─ KEYS');
  screen.type('\u001B\u001B[B');
  await hides('─ KEYS');
});

test('an escape sequence that arrives in pieces is one key', async () => {
  screen.type('\t');
  await screen.until('the first worker selected', (text) => /^▸ *\d+ /m.test(text));
  const second = server.workerPids()[1] ?? 0;
  screen.type('\u001B');
  screen.type('[');
  screen.type('B');
  await screen.until('the second worker selected', (text) => new RegExp(`^▸ *${second} `, 'm').test(text));
  screen.type('\t');
  await screen.until('no worker selected', (text) => !/^▸ *\d+ /m.test(text));
});

test('a pasted text does nothing, whatever keys are in it', async () => {
  screen.type('\u001B[200~q\u0003rm -rf /\r?p\u001B[A\u0000\u0007\u001B]0;title\u0007\u00FF\u2028宽\u001B[201~e');
  const text = await shows('─ SOURCES OF EVIDENCE');
  expect(text).toContain('● live');
  screen.type('e');
  await hides('─ SOURCES');
});

test('a text pasted into the filter is typed there, without what cannot be typed', async () => {
  screen.type('/');
  await shows('enter keep');
  screen.type('\u001B[200~/check\r\nout?q=宽\u001B[31m1\u001B[201~');
  await shows('/ /checkout?q=[31m1_');
  screen.type('\u001B');
  await hides('enter keep');
});

test('mouse and focus reports, unknown keys, wide characters and stray bytes leave the picture as it is', async () => {
  screen.type('p');
  await shows('paused');
  const before = screen.lines();
  screen.type('\u001B[<0;10;10M\u001B[<0;10;10m\u001B[32;10;10M\u001B[I\u001B[O');
  screen.type('\u001BOP\u001B[15~\u001B[24;5~\u001B[99;99u\u001B[1;2R\u001B[?62;22c');
  screen.type('宽字👍👩‍👩‍👧\u0301é\u202E\u00A0\u2028');
  screen.type('\u0000\u0001\u0002\u0005\u0007\u0014\u001C\u001D\u001E\u001F\u0080\u009B');
  screen.type('?');
  await shows('─ KEYS');
  screen.type('?');
  await screen.until('the picture as it was', (text) => text === before.join('\n'));
  screen.type('p');
  await shows('● live');
});

test('q after all that still ends it', async () => {
  screen.type('q');
  expect(await screen.ended).toEqual({exitCode: 0, signal: 0});
  expect(screen.taken()).toEqual(nothingTaken);
});
