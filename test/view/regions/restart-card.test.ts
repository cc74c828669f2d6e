import {expect, test} from 'vitest';
import {lineText} from '../../../source/view/line.js';
import {restartCardLines} from '../../../source/view/regions/restart-card.js';
import {doubtedCause, whyText} from '../../../source/view/regions/restart-words.js';
import {ruledOutGroups, ruledOutText} from '../../../source/view/regions/ruled-out.js';
import {nowMs} from '../../helpers/snapshots/parts.js';
import {recycled, timedOut} from '../../helpers/snapshots/restarts.js';

const restart = timedOut(9101, '14:03:10', 720.4, 9123);
const card = (width: number, height: number, shown = restart) =>
  restartCardLines(shown, {nowMs, offsetMinutes: 0}, width, height).map((line) => lineText(line));

test('three lines hold the verdict and the whole why', () => {
  expect(card(60, 3)).toEqual([
    '─ #9101 → 9123  TIMEOUT  certain ──────────── 14:03:10 +00 ─',
    ' no heartbeat for 30.5 s (timeout 30 s) in POST /checkout,',
    ' waiting for 10.0.3.7:5432 (postgresql)',
  ]);
});

test('the four questions come before everything else', () => {
  expect(card(60, 7).slice(3)).toEqual([
    ' Doing      POST /checkout for 30.4 s in views.py:88 charg…',
    ' Phase      handling traffic',
    ' Rose first timeout: silent for 30.5 s before the end; RSS…',
    ' No traffic no: it hung in a request, and the 3 others wen…',
  ]);
});

test('what was ruled out is said with the facts, and grouped by cause', () => {
  expect(card(200, 40)).toContain(
    ' Ruled out            out-of-memory (oom_kill unchanged; "Perhaps out of memory?" is printed for every SIGKILL) · reload (no other worker was sent a signal)',
  );
});

const ruledOut = timedOut(9101, '14:03:10', 720.4, 9123, {
  evidence: [
    {source: 'heartbeat', fact: 'it had finished booting', contradicts: 'boot-error'},
    {source: 'exit-status', fact: 'SIGKILL', contradicts: 'crash'},
    {source: 'log', fact: 'WORKER TIMEOUT', contradicts: 'reload'},
    {source: 'heartbeat', fact: 'it had finished booting', contradicts: 'boot-exit'},
    {source: 'log', fact: 'WORKER TIMEOUT', contradicts: 'killed'},
    {source: 'oom-counter', fact: 'oom_kill unchanged', contradicts: 'out-of-memory'},
    {source: 'log', fact: 'a guess for every SIGKILL', contradicts: 'out-of-memory'},
    {source: 'exit-status', fact: 'SIGKILL', contradicts: 'signalled'},
  ],
});

test('what a reader suspects is ruled out first, what shares a fact together, and the mere exit status last', () => {
  expect(ruledOutText(ruledOutGroups(ruledOut))).toBe(
    'out-of-memory (oom_kill unchanged; a guess for every SIGKILL) · killed, reload (WORKER TIMEOUT) · ' +
      'boot-error, boot-exit (it had finished booting) · crash, signalled (SIGKILL)',
  );
});

test('of a worker that never served a failed boot is suspected first', () => {
  const [first] = ruledOutGroups({...ruledOut, branch: 'boot'});
  expect(first?.causes).toEqual(['boot-error', 'boot-exit']);
});

test('causes that have no room are counted, and none is cut in its middle', () => {
  expect(card(120, 9, ruledOut)).toContain(
    ' Ruled out            out-of-memory (oom_kill unchanged; a guess for every SIGKILL) · and 6 more (enter)',
  );
});

test('a cause that is not certain is called likely, with what it could be instead', () => {
  const likely = timedOut(9104, '13:56:20', 130, 9107, {
    confidence: 'likely',
    candidates: [
      {cause: 'timeout', confidence: 'likely'},
      {cause: 'killed', confidence: 'possible'},
    ],
  });
  const lines = card(120, 40, likely);
  expect(lines[0]).toContain('TIMEOUT, LONG-REQUEST  likely');
  expect(lines).toContain(' Could also be        killed (possible)');
  expect(doubtedCause(likely)).toBe('timeout?');
  expect(doubtedCause({...likely, confidence: 'possible'})).toBe('timeout??');
  expect(doubtedCause({cause: 'unknown', confidence: 'possible'})).toBe('unknown');
  expect(whyText(likely, 200)).toMatch(/^no heartbeat/u);
});

test('an expected restart says so in its title and in its row', () => {
  const expected = recycled(9088, '14:01:44');
  expect(card(100, 2, expected)[0]).toContain('MAX-REQUESTS  certain · expected');
  expect(whyText(expected, 80)).toMatch(/^expected · reached its request limit/u);
});

test('where a row has little room, the request tells the restarts apart', () => {
  expect(whyText(restart, 54)).toBe('POST /checkout, waiting for 10.0.3.7:5432 (postgresql)');
  expect(whyText(restart, 53)).toBe('POST /checkout · 10.0.3.7:5432 (postgresql)');
  expect(whyText(restart, 30)).toBe('POST /checkout');
  expect(whyText({...restart, reconstructed: true}, 30)).toBe('POST /checkout · from the log');
  const {request: _, ...unknownRequest} = restart;
  expect(whyText(unknownRequest, 30)).toBe(restart.summary);
});

test('a restart of another day tells the day', () => {
  const nextDay = {nowMs: nowMs + 86_400_000, offsetMinutes: 0};
  expect(lineText(restartCardLines(restart, nextDay, 80, 1)[0] ?? [])).toContain('11-22 14:03 +00');
});
