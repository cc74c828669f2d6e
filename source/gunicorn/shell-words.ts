/** Splits words as Python's `shlex.split` does, which gunicorn reads GUNICORN_CMD_ARGS with. */

const longestText = 65_536;

// A word is a run of quoted and unquoted pieces. Double quotes know \" and \\; single quotes know no escape at all.
const piecePattern = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)/gy;

/** Undefined when a quote is never closed: gunicorn would not have started. */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;

  for (const match of text.slice(0, longestText).matchAll(piecePattern)) {
    const [piece, single, double, escaped, plain, space] = match;
    end = match.index + piece.length;
    if (space === undefined) {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? plain ?? '');
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }

  if (word !== undefined) words.push(word);
  return end === Math.min(text.length, longestText) ? words : undefined;
}
