import {
  reduceAnsiCodesIncremental,
  styledCharsToString,
  tokenize as tokenizeAny,
  type AnsiCode,
  type StyledChar,
  type Token,
} from '../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import {narrow} from './narrow-width.js';

/**
 * Stands in for `@alcalzone/ansi-tokenize`, with which Ink takes every row of every frame apart into cells, two or
 * three times: most of what a frame costs. A row of characters that take one column each, with one attribute a
 * sequence, needs no segmenting into graphemes, and cells of one style can share it. Anything else goes the long way.
 */
export {styledCharsToString};

const escape = '\u001B';
/** What chalk writes: an attribute or one of the sixteen colours, and never several in one sequence. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what it looks for
const attribute = /\u001B\[\d{1,3}m/g;

const cells = new Map<string, Token>();
const codes = new Map<string, readonly Token[]>();

function cell(value: string): Token {
  let token = cells.get(value);
  if (token === undefined) {
    token = {type: 'char', value, fullWidth: false};
    cells.set(value, token);
  }
  return token;
}

/** Split as `tokenize` splits it, with the attribute that ends it. */
function code(sequence: string): readonly Token[] {
  let tokens = codes.get(sequence);
  if (tokens === undefined) {
    tokens = tokenizeAny(sequence);
    codes.set(sequence, tokens);
  }
  return tokens;
}

export function tokenize(text: string, endChar?: number): Token[] {
  if (endChar !== undefined || !narrow.test(text.includes(escape) ? text.replaceAll(attribute, '') : text)) {
    return tokenizeAny(text, endChar);
  }
  const tokens: Token[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === escape) {
      const end = text.indexOf('m', index);
      tokens.push(...code(text.slice(index, end + 1)));
      index = end;
    } else {
      tokens.push(cell(character));
    }
  }
  return tokens;
}

export function styledCharsFromTokens(tokens: readonly Token[]): StyledChar[] {
  let styles: AnsiCode[] = [];
  const chars: StyledChar[] = [];
  for (const token of tokens) {
    if (token.type === 'ansi') {
      styles = reduceAnsiCodesIncremental(styles, [token]);
    } else if (token.type === 'char') {
      chars.push({type: 'char', value: token.value, fullWidth: token.fullWidth, styles});
    }
  }
  return chars;
}
