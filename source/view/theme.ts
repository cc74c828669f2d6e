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

/** The attributes that a tone may set (paint.ts). */
export type TextStyle = {
  readonly color?: 'green' | 'yellow' | 'red' | 'cyan' | 'blue' | 'magenta';
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
};

export type Theme = Readonly<Record<Tone, TextStyle>>;

const dark: Theme = {
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

/** On white, yellow and cyan cannot be read, and what is dim fades away only a little. */
const light: Theme = {
  ...dark,
  warn: {color: 'magenta'},
  info: {color: 'blue'},
  curve: {color: 'blue'},
  'label-info': {color: 'blue', bold: true},
};

/** Cyan and yellow are told apart by nearly everybody, red and green are not; what is bad is underlined besides. */
const colourBlind: Theme = {
  ...dark,
  good: {color: 'cyan'},
  bad: {color: 'yellow', bold: true, underline: true},
  info: {},
  'label-good': {color: 'cyan', bold: true},
  'label-bad': {color: 'yellow', bold: true, inverse: true},
  'label-info': {bold: true},
};

/** For `NO_COLOR`, `--no-color` and `TERM=dumb`: weight and inverse only. */
const mono: Theme = {
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

/** In the order in which a key goes through them. */
export const themes = {dark, light, mono, 'colour-blind': colourBlind} as const;

export type ThemeName = keyof typeof themes;

export const themeNames = Object.keys(themes) as readonly ThemeName[];

/** The theme of that name; without colour there is only one. */
export function themeFor(colour: boolean, name: ThemeName): Theme {
  return colour ? themes[name] : mono;
}
