/**
 * A row of the screen as a value: spans of text, each with a tone. Every region of the screen is made of lines, and
 * the live screen and the plain page draw the same ones.
 *
 * Widths are counted in UTF-16 units. That is right because texts from outside pass through `display-text.ts` first
 * and our own glyphs all are one column wide.
 */
import type {Tone} from './theme.js';

export type Span = {readonly text: string; readonly tone?: Tone};
export type Line = readonly Span[];

export const emptyLine: Line = [];

/** A span; without a tone it is drawn in the terminal's own colour. */
export function span(text: string, tone?: Tone): Span {
  return tone === undefined ? {text} : {text, tone};
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, part) => sum + part.text.length, 0);
}

/** The line without its tones, and without blanks at its end. */
export function lineText(line: Line): string {
  return line
    .map((part) => part.text)
    .join('')
    .trimEnd();
}

/** Cuts a text to `width` columns; a cut one ends in `…`. */
export function cut(text: string, width: number): string {
  if (text.length <= width) {
    return text;
  }
  return width <= 0 ? '' : `${text.slice(0, width - 1).trimEnd()}…`;
}

/** Cuts a line to `width` columns; a cut one ends in `…`. */
export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) {
    return line;
  }
  const kept: Span[] = [];
  let room = width;
  for (const part of line) {
    if (room <= 0) {
      break;
    }
    // A span that fits exactly is cut too: more follows, and the cut must be seen.
    const text = part.text.length < room ? part.text : cut(`${part.text} …`, room);
    kept.push({...part, text});
    room -= part.text.length;
  }
  return kept;
}

/** Cuts or pads a line to exactly `width` columns. */
export function fitLine(line: Line, width: number): Line {
  const kept = cutLine(line, width);
  const missing = width - lineWidth(kept);
  return missing > 0 ? [...kept, {text: ' '.repeat(missing)}] : kept;
}

/** `left` and `right` at the two ends of `width` columns; `left` is cut where they would meet. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0) {
    return cutLine(left, width);
  }
  if (rightWidth + 2 > width) {
    return cutLine(left, width);
  }
  const room = width - rightWidth;
  return [...fitLine(cutLine(left, room - 1), room), ...right];
}

/** A title over the full width: `─ left ──────── right ─`. `left` is cut where they would meet. */
export function rule(left: Line, right: Line, width: number): Line {
  const end: Line = lineWidth(right) === 0 ? [] : [span(' '), ...right, span(' ─', 'quiet')];
  const start = cutLine([span('─ ', 'quiet'), ...left, span(' ')], width - lineWidth(end));
  const missing = width - lineWidth(start) - lineWidth(end);
  return [...start, span('─'.repeat(Math.max(0, missing)), 'quiet'), ...end];
}

/** The line as one span over the full width: how the selected row of the focused pane looks. */
export function selectedLine(line: Line, width: number): Line {
  const text = fitLine(line, width)
    .map((part) => part.text)
    .join('');
  return [{text, tone: 'selected'}];
}

/** Joins the lines' spans with a separator between them. */
export function joinLines(lines: readonly Line[], separator: Span): Line {
  return lines.flatMap((line, index) => (index === 0 ? line : [separator, ...line]));
}

export function sameLine(left: Line, right: Line): boolean {
  return (
    left === right ||
    (left.length === right.length &&
      left.every((part, index) => part.text === right[index]?.text && part.tone === right[index].tone))
  );
}
