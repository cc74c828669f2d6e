import {cut} from './line.js';

/** A number and its unit stay together, and a thing and how often; the joint is no character of a displayable text. */
const joint = '\u0000';
const joined = /(?<=\d) (?=(?:s|ms|min|MB|GB)\b)| (?=×\d)|(?<=\d) (?=(?:stuck|expected)\b)/gu;

/**
 * Breaks a text into at most `maxLines` lines of at most `width` columns, at blanks where there are any. What does not
 * fit is left out and the last line ends in `…`. An empty text gives no line.
 */
export function wrapWords(text: string, width: number, maxLines = Number.POSITIVE_INFINITY): readonly string[] {
  const lines: string[] = [];
  let rest = width > 0 && maxLines > 0 ? text.trim().replaceAll(joined, joint) : '';
  while (rest !== '') {
    if (lines.length === maxLines - 1) {
      lines.push(cut(rest, width));
      break;
    }
    if (rest.length <= width) {
      lines.push(rest);
      break;
    }
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > 0 ? blank : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return lines.map((line) => line.replaceAll(joint, ' '));
}
