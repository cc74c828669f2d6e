import {emptyLine, rule, span, type Line} from '../line.js';
import type {Tone} from '../theme.js';
import {wrapWords} from '../wrap-words.js';

/** A label and a text beside it, over as many lines as the text needs. An empty text gives no line. */
export function labelled(
  label: string,
  text: string,
  labelWidth: number,
  width: number,
  tone?: Tone,
  maxLines?: number,
): readonly Line[] {
  return wrapWords(text, width - labelWidth - 2, maxLines).map((part, row) => [
    span(` ${(row === 0 ? label : '').padEnd(labelWidth)}`, 'quiet'),
    span(part, tone),
  ]);
}

/** The title of an overlay, over the full width. */
export function title(text: string, width: number): Line {
  return rule([span(text, 'strong')], [], width);
}

/** The heading of a section. */
export function heading(text: string): Line {
  return [span(` ${text}`, 'strong')];
}

/** The lines under a heading, with a blank line before it; nothing where there are no lines. */
export function section(text: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [emptyLine, heading(text), ...lines];
}
