/**
 * The screen in the 95 printable characters of ASCII, for `--ascii` and terminals without UTF-8: a finished line is
 * translated glyph by glyph, one column to one column, so that nothing else has to know.
 */
import type {Line} from './line.js';

const inAscii: Readonly<Record<string, string>> = {
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '~',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  '█': '#',
  '▉': '#',
  '▊': '#',
  '▋': '#',
  '▌': '=',
  '▍': '=',
  '▎': '-',
  '▏': '-',
  '·': '.',
  '–': '-',
  '—': '-',
  '‑': '-',
  '…': '~',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '▸': '>',
  '▾': 'v',
  '▴': '^',
  '│': '|',
  '─': '-',
  '┬': '+',
  '●': '*',
  '○': 'o',
  '✓': '+',
  '✗': 'x',
  '×': 'x',
  '≤': '<',
  '≥': '>',
  '±': '~',
  '≈': '~',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
};

/** The text with each glyph replaced by one ASCII character; one without a counterpart becomes `?`. */
export function asciiText(text: string): string {
  return text.replaceAll(/[^ -~]/gu, (glyph) => inAscii[glyph] ?? '?');
}

/** The line with `asciiText` applied to each of its spans. */
export function asciiLine(line: Line): Line {
  return line.map((part) => ({...part, text: asciiText(part.text)}));
}
