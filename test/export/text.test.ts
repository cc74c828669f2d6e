import {expect, test} from 'vitest';
import {detachedLine, happeningLines, wrapLine} from '../../source/export/text.js';
import type {Happening} from '../../source/inspection.js';
import {attached, deathMs, recycleRestart, snapshot, timeoutRestart} from './sample-values.js';

const utc = () => 0;

function textOf(happening: Happening, offsetAt: (atMs: number) => number = utc): string {
  return happeningLines(happening, offsetAt).join('\n');
}

test('a fault is told with its cause, its why, the four answers and what was ruled out', () => {
  const {evidence} = timeoutRestart;
  const restart = {
    ...timeoutRestart,
    evidence: [...evidence, {source: 'oom-counter', fact: 'oom_kill unchanged', contradicts: 'killed'} as const],
  };

  expect(textOf({kind: 'restart', restart})).toBe(
    [
      '[2026-11-22 14:03:10 +0000] #9101 TIMEOUT, LONG-REQUEST (certain) no heartbeat for 30.5 s (timeout 30 s) in POST /checkout, waiting for 10.0.3.7:5432; replaced by 9123, which booted in 1.9 s',
      '    What was it doing?    POST /checkout for 30.4 s',
      '    Traffic, boot, wait?  handling traffic',
      '    What rose first?      timeout: silent since 14:02:40',
      '    With no traffic?      no: idle workers kept beating',
      '    Where                 views.py:88 charge_card',
      '    Evidence              heartbeat: silent for 30.5 s of 30 s',
      '    Ruled out             out-of-memory, killed (oom_kill unchanged)',
    ].join('\n'),
  );
});

test('an expected restart is one quiet line', () => {
  const {variant: _variant, ...restart} = recycleRestart;

  expect(textOf({kind: 'restart', restart})).toBe(
    '[2026-11-22 14:03:10 +0000] #9088 max-requests (certain, expected) reached its limit of 1032 requests; replaced by 9123, which booted in 1.9 s',
  );
});

test('a later revision says that it is one, and an end without a successor names none', () => {
  const {replacement: _replacement, ...restart} = timeoutRestart;

  const [line] = happeningLines({kind: 'restart', restart: {...restart, revision: 2, summary: 'why'}}, utc);

  expect(line).toBe('[2026-11-22 14:03:10 +0000] #9101 revised: TIMEOUT, LONG-REQUEST (certain) why');
});

test('attaching tells what it is and what cannot be read, with what would unlock it', () => {
  expect(textOf({kind: 'attached', attached})).toBe(
    [
      '[2026-11-22 14:02:10 +0000] attached to shop.wsgi:app: master 812, gunicorn 23.0.0, sync ×4, timeout 30 s, 0.0.0.0:8000',
      '    exits denied: file mode (another user); to unlock: run gunspect as root',
    ].join('\n'),
  );
});

test('a master of which nothing is known is named by the target', () => {
  const {master} = attached;

  expect(textOf({kind: 'attached', attached: {...attached, master: {...master, settings: {}}, sources: []}})).toBe(
    '[2026-11-22 14:02:10 +0000] attached to shop: master 812',
  );
});

test('what happens to masters, missed deaths, patterns and the end are one line each', () => {
  const missed = {atMs: deathMs, count: 14, atLeast: true, why: 'boot loop faster than sampling'};

  expect(textOf({kind: 'missed', missed})).toBe(
    '[2026-11-22 14:03:10 +0000] at least 14 more deaths not seen one by one: boot loop faster than sampling',
  );
  expect(textOf({kind: 'master', event: {atMs: deathMs, event: 'gave-up', pid: 812}})).toBe(
    '[2026-11-22 14:03:10 +0000] master 812 gave up: gunicorn stopped itself after a failed boot',
  );
  expect(textOf({kind: 'pattern', atMs: deathMs, pattern: snapshot.pattern})).toBe(
    '[2026-11-22 14:03:10 +0000] pattern too-few (unknown) no restart yet; 0 restarts, 0 expected',
  );
  expect(detachedLine(deathMs, '--for elapsed', utc)).toBe('[2026-11-22 14:03:10 +0000] detached: --for elapsed');
});

test('times are in the zone that is asked for, its offset beside them', () => {
  const [nepal] = happeningLines({kind: 'restart', restart: timeoutRestart}, () => 345);
  const [newfoundland] = happeningLines({kind: 'restart', restart: timeoutRestart}, () => -210);

  expect(nepal?.slice(0, 27)).toBe('[2026-11-22 19:48:10 +0545]');
  expect(newfoundland?.slice(0, 27)).toBe('[2026-11-22 10:33:10 -0330]');
});

test('text from outside cannot start a line of its own or move the terminal', () => {
  const summary = 'x\n[2026-11-22 14:03:10 +0000] #1 forged\u001b[2J\u009b31m';

  const lines = happeningLines({kind: 'restart', restart: {...recycleRestart, summary}}, utc);

  expect(lines).toHaveLength(1);
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

test('a long line is broken at blanks, under where its text began', () => {
  expect(wrapLine('[2026-11-22 14:03:10 +0000] #9101 TIMEOUT (certain) no heartbeat for 30.5 s', 50)).toStrictEqual([
    '[2026-11-22 14:03:10 +0000] #9101 TIMEOUT',
    '    (certain) no heartbeat for 30.5 s',
  ]);
  expect(wrapLine('    What rose first?      timeout: silent since 14:02:40; RSS flat', 50)).toStrictEqual([
    '    What rose first?      timeout: silent since',
    '                          14:02:40; RSS flat',
  ]);
});

test('a word that is longer than the line stays whole', () => {
  const path = 'x'.repeat(60);

  expect(wrapLine(`[2026-11-22 14:03:10 +0000] ${path} end`, 30)).toStrictEqual([
    '[2026-11-22 14:03:10 +0000]',
    `    ${path}`,
    '    end',
  ]);
});
