import {joinLines, lineWidth, type Line, type Span} from './line.js';

/** A part of a row with its value to the reader: 1 is the last to go. */
export type Part = {readonly line: Line; readonly rank: number};

/** The parts in their order, without the least valuable ones as far as they do not fit into `width` columns. */
export function fitParts(parts: readonly Part[], separator: Span, width: number): Line {
  let kept = parts;
  let line = joinLines(
    kept.map((part) => part.line),
    separator,
  );
  while (kept.length > 1 && lineWidth(line) > width) {
    const worst = Math.max(...kept.map((part) => part.rank));
    kept = kept.filter((part) => part.rank !== worst);
    line = joinLines(
      kept.map((part) => part.line),
      separator,
    );
  }
  return line;
}
