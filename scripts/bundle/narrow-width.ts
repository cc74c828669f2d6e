import stringWidth, {type Options} from '../../node_modules/string-width/index.js';

/**
 * Characters that take one column and join with no neighbour: printable ASCII, Latin letters, box drawing, blocks,
 * Braille and a few signs. A string of these is as wide as it is long; anything else, escape sequences included, is
 * measured by the real thing.
 */
export const narrow =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2500-\u259f\u25b8\u25cf\u2713\u2717\u2800-\u28ff]*$/;

/**
 * Stands in for `string-width`, which Ink asks for the width of every cell of every frame: segmenting sparklines and
 * frames into graphemes is a third of a warm frame and 40 ms of the start.
 */
export default function narrowWidth(text: string, options?: Options): number {
  return options === undefined && narrow.test(text) ? text.length : stringWidth(text, options);
}
