/**
 * A line as a terminal is told of it: its texts, and around them the attributes of their tones (ECMA-48 SGR).
 *
 * A row of the screen is one such text. As a tree of components, one for each span, hundreds of them were compared,
 * laid out and measured for every redraw, to come to the same bytes.
 */
import type {Line} from './line.js';
import type {TextStyle, Theme, Tone} from './theme.js';

const colours = {red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36} as const;

/** What begins a style and what ends it: the reverse order, so that what is inside ends first. */
function attributesOf({
  color,
  bold,
  dimColor,
  inverse,
  underline,
}: TextStyle): ReadonlyArray<readonly [number, number]> {
  return [
    ...(inverse ? ([[7, 27]] as const) : []),
    ...(underline ? ([[4, 24]] as const) : []),
    ...(bold ? ([[1, 22]] as const) : []),
    ...(color ? ([[colours[color], 39]] as const) : []),
    ...(dimColor ? ([[2, 22]] as const) : []),
  ];
}

function sequence(code: number): string {
  return `\u001B[${code}m`;
}

type Brush = {readonly begin: string; readonly end: string};

function brushOf(style: TextStyle): Brush {
  const attributes = attributesOf(style);
  return {
    begin: attributes.map(([code]) => sequence(code)).join(''),
    end: attributes
      .toReversed()
      .map(([, code]) => sequence(code))
      .join(''),
  };
}

const brushes = new WeakMap<Theme, Map<Tone, Brush>>();

function brushFor(tone: Tone, theme: Theme): Brush {
  const known = brushes.get(theme) ?? new Map<Tone, Brush>();
  const brush = known.get(tone) ?? brushOf(theme[tone]);
  brushes.set(theme, known.set(tone, brush));
  return brush;
}

/** The line with the attributes that its tones have in the theme. */
export function painted(line: Line, theme: Theme): string {
  return line
    .map(({text, tone}) => {
      if (tone === undefined || text === '') return text;
      const {begin, end} = brushFor(tone, theme);
      return `${begin}${text}${end}`;
    })
    .join('');
}
