/**
 * All colour of the screen. The rest of the view names tones, which are meanings; only this file knows how a tone
 * looks. Colour never carries a meaning alone: every tone marks a word that says the same.
 *
 * The sixteen colours of the terminal are used and no others, so that the reader's own palette decides.
 */
export type Tone =
  | 'quiet'
  | 'strong'
  | 'good'
  | 'warn'
  | 'bad'
  | 'info'
  | 'curve'
  | 'selected'
  | 'label-good'
  | 'label-bad'
  | 'label-info';

/** The attributes of Ink's `Text` that a tone may set. */
export type TextStyle = {
  readonly color?: 'green' | 'yellow' | 'red' | 'cyan' | 'blue';
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
};

export type Theme = Readonly<Record<Tone, TextStyle>>;

export const colourTheme: Theme = {
  quiet: {dimColor: true},
  strong: {bold: true},
  good: {color: 'green'},
  warn: {color: 'yellow'},
  bad: {color: 'red', bold: true},
  info: {color: 'cyan'},
  curve: {color: 'cyan', dimColor: true},
  selected: {inverse: true},
  'label-good': {color: 'green', bold: true},
  'label-bad': {color: 'red', bold: true, inverse: true},
  'label-info': {color: 'cyan', bold: true},
};

/** For `NO_COLOR`, `--no-color` and `TERM=dumb`: weight and inverse only. */
export const monoTheme: Theme = {
  quiet: {dimColor: true},
  strong: {bold: true},
  good: {},
  warn: {},
  bad: {bold: true},
  info: {},
  curve: {},
  selected: {inverse: true},
  'label-good': {bold: true},
  'label-bad': {bold: true, inverse: true},
  'label-info': {bold: true},
};

/** The theme for a terminal with or without colour. */
export function themeFor(colour: boolean): Theme {
  return colour ? colourTheme : monoTheme;
}
