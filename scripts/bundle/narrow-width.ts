import stringWidth, {type Options} from '../../node_modules/string-width/index.js';

/**
 * Characters that take one column and join with no neighbour: printable ASCII, Latin letters, box drawing, blocks,
 * Braille and a few signs. A string of these is as wide as it is long; anything else is measured by the real thing.
 */
export const narrow =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u259f\u25b8\u25cf\u2713\u2717\u2800-\u28ff]*$/;

/** Attributes and colours, which take no column (ECMA-48 SGR). */
// oxlint-disable-next-line no-control-regex -- escape sequences are what it looks for
const sgr = /\u001B\[[\d;]*m/g;

/**
 * Stands in for `string-width`, which Ink asks for the width of every cell of every frame: segmenting sparklines and
 * frames into graphemes is a third of a warm frame and 40 ms of the start.
 */
export default function narrowWidth(text: string, options?: Options): number {
  const plain = text.includes('\u001B') ? text.replaceAll(sgr, '') : text;
  return options === undefined && narrow.test(plain) ? plain.length : stringWidth(text, options);
}
