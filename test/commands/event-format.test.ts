import {expect, test} from 'vitest';
import {jsonFormat, textFormat} from '../../source/commands/event-format.js';
import type {Pattern} from '../../source/snapshot.js';
import {deathMs, recycleRestart, snapshot, timeoutRestart} from '../export/sample-values.js';

const utc = () => 0;
const now = () => deathMs;

function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

test('a revision is told in full when its cause is another, in one line when something else is, else not at all', () => {
  const format = textFormat(utc, now);

  const first = format.happening({kind: 'restart', restart: timeoutRestart});
  const unchanged = format.happening({kind: 'restart', restart: {...timeoutRestart, revision: 2}});
  const same = format.happening({kind: 'restart', restart: {...timeoutRestart, revision: 2, confidence: 'likely'}});
  const other = format.happening({kind: 'restart', restart: {...timeoutRestart, revision: 3, cause: 'killed'}});

  expect(linesOf(first).length).toBeGreaterThan(5);
  expect(unchanged).toBe('');
  expect(linesOf(same)).toHaveLength(1);
  expect(same).toContain('#9101 revised: TIMEOUT');
  expect(linesOf(other).length).toBeGreaterThan(5);
});

test('a pattern is told when it is another one, and never while there is too little to tell', () => {
  const format = textFormat(utc, now);
  const tell = (pattern: Pattern['pattern'], restarts: number) =>
    format.happening({kind: 'pattern', atMs: deathMs, pattern: {...snapshot.pattern, pattern, restarts}});

  expect(tell('too-few', 1)).toBe('');
  expect(tell('on-boot', 3)).toContain('pattern on-boot');
  expect(tell('on-boot', 4)).toBe('');
  expect(tell('mixed', 5)).toContain('pattern mixed');
});

test('lines are wrapped only where a width is given', () => {
  const wide = linesOf(textFormat(utc, now).happening({kind: 'restart', restart: recycleRestart}));
  const narrow = linesOf(textFormat(utc, now, 60).happening({kind: 'restart', restart: recycleRestart}));

  expect(wide).toHaveLength(1);
  expect(narrow.length).toBeGreaterThan(1);
  expect(narrow.every((line) => line.length <= 60)).toBe(true);
});

test('a program gets every event, as often as it comes', () => {
  const format = jsonFormat(now);

  expect(format.happening({kind: 'pattern', atMs: deathMs, pattern: snapshot.pattern})).toMatch(/^\{.*\}\n$/);
  expect(format.happening({kind: 'pattern', atMs: deathMs, pattern: snapshot.pattern})).toMatch(/^\{.*\}\n$/);
});

test('events that a slow reader did not get are named in both formats', () => {
  const missed = {count: 3, atLeast: false, why: 'the reader of this output was too slow for them'};

  expect(JSON.parse(jsonFormat(now).missed(missed))).toMatchObject({type: 'missed', count: 3, atLeast: false});
  expect(textFormat(utc, now).missed(missed)).toBe(
    '[2026-11-22 14:03:10 +0000] 3 events were not written: the reader of this output was too slow for them\n',
  );
});
