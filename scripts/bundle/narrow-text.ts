import {narrow} from './narrow-width.js';

/** What our own paint writes and chalk too: an attribute or one of eight colours, or the end of one (ECMA-48 SGR). */
// oxlint-disable-next-line no-control-regex -- escape sequences are what it looks for
const attribute = /\u001B\[([1247]|2[247]|3[0-79])m/g;

/** What ends each attribute. */
const ends = new Map([
  [1, 22],
  [2, 22],
  [4, 24],
  [7, 27],
  ...Array.from({length: 8}, (_, colour) => [30 + colour, 39] as const),
]);

export function withoutAttributes(text: string): string {
  return text.includes('\u001B') ? text.replaceAll(attribute, '') : text;
}

/** Whether every character takes one column and joins with no neighbour, and there are no sequences but attributes. */
export function isNarrow(text: string): boolean {
  return narrow.test(withoutAttributes(text));
}

/** The sequences that have begun and not ended at the end of a narrow text. */
export function openAttributes(text: string): readonly string[] {
  let open: ReadonlyArray<readonly [sequence: string, end: number]> = [];
  for (const [sequence, digits] of text.matchAll(attribute)) {
    const end = ends.get(Number(digits));
    open = end === undefined ? open.filter((begun) => begun[1] !== Number(digits)) : [...open, [sequence, end]];
  }

  return open.map(([sequence]) => sequence);
}
