/**
 * What a gunicorn config file, which is a Python program, certainly sets a name to.
 *
 * It is read and never run. Only an assignment of a literal that always happens counts; a name that is assigned in any
 * other way is known to be set and not to what. Whatever could set any name, such as a star import, makes every name
 * before it unknown.
 */
import {parseLiteral, type Literal} from './python-literals.js';
import {splitStatements, type Statement} from './python-statements.js';

export type ConfigAssignments = {
  /** By name; undefined for a name that is set to something that only running the file would tell. */
  readonly values: ReadonlyMap<string, Literal | undefined>;
  /** Whether any name at all may have been set. */
  readonly open: boolean;
};

const name = String.raw`[A-Za-z_]\w{0,100}`;
const compoundPattern = /^(?:if|elif|else|for|while|try|except|finally|with|match|case|async)\b/;
const definitionPattern = new RegExp(`^(?:async\\s+)?(?:def|class)\\s+(${name})`);
const assignmentPattern = new RegExp(`^(${name})\\s*(?::[^=]{1,200})?=(?!=)([\\s\\S]*)$`);
// Assigns names that are computed, or reaches into gunicorn's own settings when the server runs.
const openPattern =
  /\bimport\s*\*|\b(?:exec|execfile|globals|locals|vars|setattr)\s*\(|\bsys\.modules\b|\b__dict__\b|\bcfg\.set\s*\(/;

/** The names on the left of `=`, `+=` and `:=`, and those that `for`, `as`, `import`, `del` and `global` bind. */
function boundNames(text: string): readonly string[] {
  const withoutStrings = text.replace(/"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?/g, "''");
  // A pattern binds wherever in it a name stands.
  if (/^case\b/.test(text)) return withoutStrings.match(new RegExp(name, 'g')) ?? [];

  const left = /^([^=]*?)(?:[-+*/%&|^@]|\/\/|\*\*|<<|>>|:)?=(?!=)/.exec(withoutStrings)?.[1] ?? '';
  const binding = [...withoutStrings.matchAll(/\b(?:for|as|import|del|global|nonlocal)\s+([^:=()]{1,500})/g)]
    .map((match) => match[1])
    .join(' ');
  const walrus = [...withoutStrings.matchAll(/\b(\w{1,100})\s*:=/g)].map((match) => match[1]).join(' ');
  return `${left} ${binding} ${walrus}`.match(new RegExp(name, 'g')) ?? [];
}

/** The statements of functions and classes only bind names of their own, unless they say `global`. */
function isInside(statement: Statement, definition: Statement | undefined): boolean {
  return definition !== undefined && statement.indent > definition.indent;
}

/** The file's assignments in effect at its end. */
export function readAssignments(source: string): ConfigAssignments {
  const values = new Map<string, Literal | undefined>();
  let open = false;
  let definition: Statement | undefined;

  const unknown = (names: readonly string[]): void => {
    for (const one of names) values.set(one, undefined);
  };

  const {statements, complete} = splitStatements(source);
  for (const statement of statements) {
    const {indent, text} = statement;
    if (openPattern.test(text)) {
      open = true;
      unknown([...values.keys()]);
    }

    if (isInside(statement, definition)) {
      if (text.startsWith('global ')) unknown(boundNames(text));
      continue;
    }

    definition = undefined;
    const defined = definitionPattern.exec(text)?.[1];
    if (defined !== undefined) {
      definition = statement;
      unknown([defined]);
    } else if (indent === 0 && assignmentPattern.test(text) && !compoundPattern.test(text)) assign(values, text);
    else {
      unknown(boundNames(text));
      unknown(mentionedLists(values, text));
    }
  }

  return complete ? {values, open} : {values: new Map(), open: true};
}

/** `a = b = 4`: every name gets the value at the end; one that is no plain name makes the others unknown. */
function assign(values: Map<string, Literal | undefined>, text: string): void {
  const names: string[] = [];
  let rest = text;
  for (let match = assignmentPattern.exec(rest); match !== null; match = assignmentPattern.exec(rest)) {
    names.push(match[1] ?? '');
    rest = (match[2] ?? '').trim();
  }

  const literal = parseLiteral(rest);
  // Two names of one list: what is done to it later may be said of the other.
  const value = names.length > 1 && Array.isArray(literal) ? undefined : literal;
  for (const one of names) values.set(one, value);
  if (value === undefined) for (const one of mentionedLists(values, rest)) values.set(one, undefined);
}

/** Names of lists that a statement mentions: it may append to them. */
function mentionedLists(values: ReadonlyMap<string, Literal | undefined>, text: string): readonly string[] {
  return [...values]
    .filter(([one, value]) => Array.isArray(value) && new RegExp(`\\b${one}\\b`).test(text))
    .map(([one]) => one);
}
