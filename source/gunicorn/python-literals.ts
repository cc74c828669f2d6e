/**
 * Reads the few Python literals that a setting is written as. Anything that has to be evaluated is no literal.
 */

/** None is null; a tuple is a list. */
export type Literal = string | number | boolean | null | readonly string[];

const stringPattern = /^([rRuUbB]{0,2})("""|'''|"|')([\s\S]*)$/;

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['0', '\0'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

/** A string at the start of a text, and what follows it. */
function takeString(text: string): {readonly value: string; readonly rest: string} | undefined {
  const [, prefix = '', quote = '', body = ''] = stringPattern.exec(text) ?? [];
  if (quote === '' || /b/i.test(prefix)) return undefined;

  const raw = /r/i.test(prefix);
  let value = '';
  for (let index = 0; index < body.length; index++) {
    const character = body.charAt(index);
    if (body.startsWith(quote, index)) return {value, rest: body.slice(index + quote.length)};

    if (character === '\\') {
      const escaped = body.charAt(++index);
      const meant = escapes.get(escaped);
      // An escape by number would have to be decoded: no setting needs one.
      if (!raw && meant === undefined) return undefined;

      value += raw ? character + escaped : meant;
    } else value += character;
  }

  return undefined;
}

/** One string, or several beside each other, which Python joins. */
function takeStrings(text: string): {readonly value: string; readonly rest: string} | undefined {
  let taken = takeString(text);
  while (taken !== undefined) {
    const next = takeString(taken.rest.trimStart());
    if (next === undefined) return taken;

    taken = {value: taken.value + next.value, rest: next.rest};
  }

  return taken;
}

function parseList(inner: string): readonly string[] | undefined {
  const items: string[] = [];
  let rest = inner.trim();
  while (rest !== '') {
    const taken = takeStrings(rest);
    if (taken === undefined) return undefined;

    items.push(taken.value);
    rest = taken.rest.trim();
    if (rest !== '' && !rest.startsWith(',')) return undefined;

    rest = rest.slice(1).trim();
  }

  return items;
}

/** The literal a text is, as a whole; undefined for any other expression. */
export function parseLiteral(text: string): Literal | undefined {
  const bare = text.trim();
  if (bare === 'True' || bare === 'False') return bare === 'True';
  if (bare === 'None') return null;
  if (/^[+-]?\d[\d_]*$/.test(bare)) return Number(bare.replaceAll('_', ''));
  if (/^[+-]?(?:\d+\.\d*|\.\d+)$/.test(bare)) return Number(bare);
  if (/^0[xX][\da-fA-F]+$|^0[oO][0-7]+$/.test(bare)) return Number(bare);

  const string = takeStrings(bare);
  if (string !== undefined) return string.rest.trim() === '' ? string.value : undefined;

  const list = /^\[([\s\S]*)\]$/.exec(bare) ?? /^\(([\s\S]*)\)$/.exec(bare);
  if (list?.[1] === undefined) return undefined;

  const items = parseList(list[1]);
  // Parentheses alone make no tuple: ("a") is a string.
  return bare.startsWith('(') && items?.length === 1 && !/,\s*\)$/.test(bare) ? items[0] : items;
}
