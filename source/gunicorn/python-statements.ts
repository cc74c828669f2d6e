/**
 * Cuts Python source into statements, which takes knowing strings, brackets and comments and nothing more.
 */

/** One statement without its comments; line breaks inside brackets are spaces. */
export type Statement = {
  /** Columns before it; a tab counts as eight. Statements after a semicolon have that of their line. */
  readonly indent: number;
  readonly text: string;
};

const longestText = 262_144;
const longestStatement = 10_000;
const mostStatements = 5000;

// What matters, in one pass: strings with their quotes, comments, joined lines, line ends, brackets, semicolons.
const tokenPattern =
  /("""|''')(?:(?!\1)(?:\\[\s\S]|[^\\]))*(?:\1|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|#[^\n]*|\\\r?\n|\r?\n|[()[\]{}]|;|[^"'#\\\r\n()[\]{};]+|[\s\S]/g;

/** The statements in their order. `complete` is false when the file, or one of them, is too long to be read to its end. */
export function splitStatements(source: string): {
  readonly statements: readonly Statement[];
  readonly complete: boolean;
} {
  const statements: Statement[] = [];
  let indent = 0;
  let text = '';
  let depth = 0;
  let startsLine = true;
  let complete = source.length <= longestText;

  const end = (): void => {
    if (text.length > longestStatement) complete = false;
    else if (text.trim() !== '') statements.push({indent, text: text.trim()});
    text = '';
  };

  for (const [token] of source.slice(0, longestText).matchAll(tokenPattern)) {
    if (statements.length >= mostStatements) break;

    if (/^\r?\n$/.test(token)) {
      if (depth > 0) text += ' ';
      else {
        end();
        startsLine = true;
      }
    } else if (token === ';' && depth === 0) end();
    else if (token.startsWith('#') || /^\\\r?\n$/.test(token)) text += ' ';
    else {
      if (startsLine) indent = indentOf(token);
      startsLine = false;
      if (/^[([{]$/.test(token)) depth++;
      if (/^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
      text += token;
    }
  }

  end();
  return {statements, complete: complete && statements.length < mostStatements};
}

function indentOf(token: string): number {
  return (/^[ \t]*/.exec(token)?.[0] ?? '').replaceAll('\t', ' '.repeat(8)).length;
}
