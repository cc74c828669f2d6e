import lineUpdate from '../../node_modules/ink/build/line-update.js';
import {isNarrow, openAttributes, withoutAttributes} from './narrow-text.js';

/**
 * Stands in for the file with which Ink writes a row that has changed. Ink segments both rows into graphemes, and
 * writes everything from the first change to the end, after all attributes that ever were in the row. In a row of
 * narrow characters the columns count themselves, and what stays the same behind the change is left alone.
 */
export default function narrowLineUpdate(previous: string, next: string, columns: number): string {
  if (!isNarrow(previous) || !isNarrow(next)) return lineUpdate(previous, next, columns);

  const [before, after] = [withoutAttributes(previous).length, withoutAttributes(next).length];
  const start = sameStart(previous, next);
  const head = next.slice(0, start);
  const column = withoutAttributes(head).length;
  // A cursor behind the last column does not stand where it seems to.
  if (column >= columns || before > columns || after > columns) return lineUpdate(previous, next, columns);

  const begin = openAttributes(head).join('');
  const tail = before === after ? sameEnd(previous, next, start) : undefined;
  if (tail === undefined) return `\u001B[${column + 1}G\u001B[K${begin}${next.slice(start)}`;

  const end = tail.isOpen ? '\u001B[m' : '';
  return `\u001B[${column + 1}G${begin}${next.slice(start, next.length - tail.length)}${end}`;
}

/** Where the first difference begins; a sequence is one thing. */
function sameStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const sequence = at > 0 ? one.lastIndexOf('\u001B', at - 1) : -1;
  return sequence >= 0 && one.indexOf('m', sequence) >= at ? sequence : at;
}

/** What is the same at the end, and whether attributes are open where it begins; undefined where they are not the same. */
function sameEnd(
  one: string,
  other: string,
  start: number,
): {readonly length: number; readonly isOpen: boolean} | undefined {
  const most = Math.min(one.length, other.length) - start;
  let same = 0;
  while (same < most && one[one.length - 1 - same] === other[other.length - 1 - same]) same++;
  const length = Math.min(withoutCutSequence(one, same), withoutCutSequence(other, same));
  const open = openAttributes(other.slice(0, other.length - length)).join('');
  return openAttributes(one.slice(0, one.length - length)).join('') === open
    ? {length, isOpen: open !== ''}
    : undefined;
}

/** How much of an end is left when a sequence that it begins in the middle of is left out. */
function withoutCutSequence(text: string, length: number): number {
  const from = text.length - length;
  const sequence = from > 0 ? text.lastIndexOf('\u001B', from - 1) : -1;
  const end = sequence < 0 ? -1 : text.indexOf('m', sequence);
  return end >= from ? text.length - end - 1 : length;
}
