import * as original from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {styledCharsFromTokens, styledCharsToString, tokenize} from '../scripts/bundle/narrow-tokenize.js';

const styled = fc
  .array(
    fc.oneof(
      fc.constantFrom('\u001B[1m', '\u001B[2m', '\u001B[22m', '\u001B[36m', '\u001B[39m', '\u001B[7m', '\u001B[27m'),
      fc.constantFrom('\u001B[0m', '\u001B[1;31m', '\u001B[38;5;200m', '\u001B[999m', '\u001B[m', '\u001B[', '\u001B'),
      fc.constantFrom('▁▂▃', '── ', '12/30s', '→ ×', '日本', '👩‍👩‍👧', 'e\u0301', '\n', '\u001B]8;;http://a\u0007a'),
      fc.string({unit: 'grapheme', maxLength: 8}),
      fc.string({unit: 'binary', maxLength: 4}),
    ),
    {maxLength: 12},
  )
  .map((parts) => parts.join(''));

test('any text is taken apart as ansi-tokenize does it', () => {
  fc.assert(
    fc.property(styled, (text) => {
      expect(tokenize(text)).toEqual(original.tokenize(text));
    }),
    {numRuns: 2000},
  );
});

test('any text comes together again as ansi-tokenize puts it', () => {
  fc.assert(
    fc.property(styled, (text) => {
      const chars = styledCharsFromTokens(tokenize(text));
      expect(chars).toEqual(original.styledCharsFromTokens(original.tokenize(text)));
      expect(styledCharsToString(chars)).toBe(
        original.styledCharsToString(original.styledCharsFromTokens(original.tokenize(text))),
      );
    }),
    {numRuns: 2000},
  );
});
