/**
 * Recognises the lines of an access log, and the worker's pid where the format carries one.
 *
 * Neither gunicorn's default format nor uvicorn's does; `%(p)s` in an `access_log_format` prints it as "<123>". A
 * client chooses much of such a line's text, so a pid is only reported when no other reading of the line is possible.
 */

/** One line of the access log: a request that was answered. `pid` only where the format prints it. */
export type AccessLine = {readonly pid?: number};

/** Tells whether a line, already without its carrier's prefix, is one of the access log. */
export type AccessMatcher = (line: string) => AccessLine | undefined;

const longestLine = 16_384;

// %(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s … The host is empty behind a unix socket.
const defaultPattern =
  /^\S{0,255} \S{1,255} .{0,500}?\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] ".{0,9000}" \d{3} /;
// uvicorn.access: 127.0.0.1:53524 - "GET / HTTP/1.1" 200, with "INFO:     " before it where uvicorn formats it.
const uvicornPattern =
  /^(?:INFO: {1,8})?\S{0,255} - "[A-Z]{1,20} \S{0,9000} HTTP\/[\d.]{1,5}" \d{3}(?: [A-Z][\w -]{0,50})?$/;

/** A line of gunicorn's default format or of uvicorn's. */
export function parseAccessLine(line: string): AccessLine | undefined {
  const text = line.slice(0, longestLine);
  return defaultPattern.test(text) || uvicornPattern.test(text) ? {} : undefined;
}

/** The format as literals with the atoms between them: literals[0], atoms[0], literals[1] and so on. */
function splitFormat(format: string): {readonly literals: readonly string[]; readonly atoms: readonly string[]} {
  const literals: string[] = [];
  const atoms: string[] = [];
  let literal = '';

  // "%%" prints one percent sign; an atom is %(name)s, and %({header}i)s is one too.
  for (const [part, percent, name] of format.matchAll(/(%%)|%\(([^)]{1,100})\)[sd]|[^%]+|%/g)) {
    if (percent !== undefined) literal += '%';
    else if (name === undefined) literal += part;
    else {
      literals.push(literal);
      atoms.push(name);
      literal = '';
    }
  }

  return {literals: [...literals, literal], atoms};
}

/** Whether the literals stand in the line in their order, the first at its start and the last at its end. */
function fits(line: string, literals: readonly string[]): boolean {
  const last = literals.at(-1) ?? '';
  if (!line.startsWith(literals[0] ?? '') || !line.endsWith(last)) return false;

  let position = 0;
  for (const literal of literals) {
    const found = line.indexOf(literal, position);
    if (found === -1) return false;

    position = found + literal.length;
  }

  return position <= line.length;
}

/** Every pid that could be the one the format prints: "<digits>" between the literals that stand beside the atom. */
function pidsBetween(
  line: string,
  before: string,
  after: string,
  atStart: boolean,
  atEnd: boolean,
): ReadonlySet<number> {
  const pids = new Set<number>();
  for (const match of line.matchAll(/<(\d{1,9})>/g)) {
    const start = match.index - before.length;
    const end = match.index + match[0].length;
    const left = (atStart ? start === 0 : start >= 0) && line.startsWith(before, start);
    const right = line.startsWith(after, end) && (!atEnd || end + after.length === line.length);
    if (left && right) pids.add(Number(match[1]));
  }

  return pids;
}

/** Whether lines of this format say which worker answered. */
export function carriesPid(format: string | undefined): boolean {
  return format !== undefined && splitFormat(format).atoms.includes('p');
}

/** A matcher for an `access_log_format`, which recognises the default formats besides. */
export function accessMatcher(format: string | undefined): AccessMatcher {
  if (format === undefined) return parseAccessLine;

  const {literals, atoms} = splitFormat(format);
  const where = atoms.indexOf('p');
  // A format of nothing but spaces between its atoms fits every line there is.
  const telling = where !== -1 || literals.join('').replaceAll(/\s/g, '').length >= 4;

  return (line) => {
    const text = line.slice(0, longestLine);
    if (!telling || !fits(text, literals)) return parseAccessLine(line);
    if (where === -1) return {};

    const atEnd = where === atoms.length - 1;
    const pids = pidsBetween(text, literals[where] ?? '', literals[where + 1] ?? '', where === 0, atEnd);
    const [pid] = pids;
    if (pid === undefined) return parseAccessLine(line);

    return pids.size === 1 ? {pid} : {};
  };
}
