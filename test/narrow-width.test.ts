import fc from 'fast-check';
import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import narrowWidth, {narrow} from '../scripts/bundle/narrow-width.js';

test('every character taken for one column wide is one column wide', () => {
  const characters = Array.from({length: 0x10000}, (_, code) => String.fromCharCode(code)).filter((character) =>
    narrow.test(character),
  );

  expect(characters.length).toBeGreaterThan(900);
  expect(characters.filter((character) => stringWidth(character) !== 1)).toEqual([]);
});

test('sparklines, bars and frames take the short way', () => {
  expect(narrow.test('│ ▁▂▃▄▅▆▇█ ███▉· ⣀⣤⣶ ╭──╮ ▸ ● ✓ ✗ … –')).toBe(true);
});

test('any text is as wide as string-width says', () => {
  const anyText = fc.oneof(fc.string({unit: 'grapheme'}), fc.string({unit: 'binary'}));
  const styled = fc
    .array(fc.oneof(anyText, fc.constantFrom('\u001B[1m', '\u001B[38;5;9m', '\u001B[m', '\u001B[', '\u001B', '▁▂ →')))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(anyText, styled), (text) => {
      expect(narrowWidth(text)).toBe(stringWidth(text));
    }),
  );
  for (const text of [
    '',
    '日本',
    '👩‍👩‍👧',
    'é',
    'e\u0301',
    '\u001B[31mred\u001B[0m',
    '1\uFE0F\u20E3',
    '©\uFE0F',
    'a\u00ADb',
    '\t',
  ]) {
    expect(narrowWidth(text)).toBe(stringWidth(text));
  }
});
