import * as tokens from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import RealOutput from '../node_modules/ink/build/output.js';
import NarrowOutput from '../scripts/bundle/narrow-output.js';

const size = {width: 24, height: 4};

type Write = {readonly x: number; readonly y: number; readonly text: string};
type Clip = {readonly x1?: number; readonly x2?: number; readonly y1?: number; readonly y2?: number};

/** The cells of each row with their styles, in any order: sequences that say the same in another way are the same picture. */
function cellsOf({output, height}: {readonly output: string; readonly height: number}) {
  return {
    height,
    rows: output.split('\n').map((row) =>
      tokens.styledCharsFromTokens(tokens.tokenize(row)).map(({styles, ...cell}) => ({
        ...cell,
        styles: styles.map(({code}) => code).toSorted(),
      })),
    ),
  };
}

function draw(canvas: RealOutput | NarrowOutput, writes: readonly Write[], clip: Clip | undefined): string {
  if (clip) canvas.clip({x1: undefined, x2: undefined, y1: undefined, y2: undefined, ...clip});
  for (const {x, y, text} of writes) canvas.write(x, y, text, {transformers: [(line) => line]});
  if (clip) canvas.unclip();
  return JSON.stringify(cellsOf(canvas.get()));
}

const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'abc',
      '── ',
      '▁▂▃',
      '12/30s',
      ' ',
      '\u001B[2mPID\u001B[22m',
      '\u001B[7m\u001B[1m x \u001B[22m\u001B[27m',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('日本', '👩‍👩‍👧', 'e\u0301', '\n', '\u001B[1m', '\u001B[38;5;200mx\u001B[39m', '\u00AD'),
  },
);
const write = fc.record({
  x: fc.integer({min: -1, max: 20}),
  y: fc.integer({min: -1, max: 5}),
  text: fc.array(piece, {minLength: 1, maxLength: 4}).map((parts) => parts.join('')),
});
const clip = fc.option(
  fc.oneof(
    fc.record({y1: fc.integer({min: 0, max: 2}), y2: fc.integer({min: 2, max: 4})}),
    fc.constant({x1: 2, x2: 9}),
  ),
  {nil: undefined},
);

test('any texts make the picture that Ink makes of them', () => {
  fc.assert(
    fc.property(fc.array(write, {maxLength: 6}), clip, (writes, clipped) => {
      expect(draw(new NarrowOutput(size), writes, clipped)).toBe(draw(new RealOutput(size), writes, clipped));
    }),
    {numRuns: 3000},
  );
});

test('texts beside one another are put in a line as they are', () => {
  const canvas = new NarrowOutput(size);
  canvas.write(0, 1, '\u001B[2mPID\u001B[22m', {transformers: []});
  canvas.write(5, 1, '9121  ', {transformers: []});

  expect(canvas.get()).toEqual({output: '\n\u001B[2mPID\u001B[22m  9121\n\n', height: 4});
});
