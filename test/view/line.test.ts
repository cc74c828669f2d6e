import {expect, test} from 'vitest';
import {
  cut,
  cutLine,
  fitLine,
  lineText,
  lineWidth,
  rule,
  sameLine,
  selectedLine,
  span,
  spread,
} from '../../source/view/line.js';
import {wrapWords} from '../../source/view/wrap-words.js';

const line = [span('abc', 'bad'), span('def'), span('ghi', 'quiet')];

test('a cut text ends in an ellipsis within its width', () => {
  expect([9, 8, 1, 0].map((width) => cut('timeout 3', width))).toEqual(['timeout 3', 'timeout…', '…', '']);
});

test('a line is cut within a span, at the seam of two, and not at all', () => {
  expect(lineText(cutLine(line, 9))).toBe('abcdefghi');
  expect(lineText(cutLine(line, 8))).toBe('abcdefg…');
  expect(lineText(cutLine(line, 6))).toBe('abcde…');
  expect(lineText(cutLine(line, 3))).toBe('ab…');
  expect(cutLine(line, 0)).toEqual([]);
});

test('fitted lines have exactly the width', () => {
  for (const width of [0, 4, 9, 20]) {
    expect(lineWidth(fitLine(line, width))).toBe(width);
    expect(lineWidth(selectedLine(line, width))).toBe(width);
    expect(lineWidth(rule(line, [span('x')], Math.max(width, 8)))).toBe(Math.max(width, 8));
  }
});

test('the left side gives way to the right one, with a blank between them', () => {
  expect(lineText(spread(line, [span('now')], 16))).toBe('abcdefghi    now');
  expect(lineText(spread(line, [span('now')], 9))).toBe('abcd… now');
  expect(lineText(spread(line, [], 5))).toBe('abcd…');
});

test('lines are the same by text and tone', () => {
  expect(sameLine(line, [...line])).toBe(true);
  expect(sameLine(line, line.slice(1))).toBe(false);
  expect(sameLine(line, [span('abc', 'good'), ...line.slice(1)])).toBe(false);
});

test('words are wrapped, and what does not fit is seen to be missing', () => {
  const text = 'no heartbeat for 30.5 s in POST /checkout';
  expect(wrapWords(text, 20)).toEqual(['no heartbeat for', '30.5 s in POST', '/checkout']);
  expect(wrapWords(text, 20, 2)).toEqual(['no heartbeat for', '30.5 s in POST /che…']);
  expect(wrapWords(text, 20, 0)).toEqual([]);
  expect(wrapWords('', 20)).toEqual([]);
  expect(wrapWords('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)]);
});

test('a number keeps its unit', () => {
  expect(wrapWords('booted in 1.9 s', 13)).toEqual(['booted in', '1.9 s']);
  expect(wrapWords('timeout ×8, killed ×1', 20)).toEqual(['timeout ×8,', 'killed ×1']);
});
