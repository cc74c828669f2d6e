/**
 * Recognises the lines of an access log, and the worker's pid where the format carries one.
 */

/** One line of the access log: a request that was answered. `pid` only where the format prints it, as `%(p)s` does. */
export type AccessLine = {readonly pid?: number};

/** Tells whether a line, already without its transport's prefix, is one of the access log. */
export type AccessMatcher = (line: string) => AccessLine | undefined;

/** Gunicorn's default format and uvicorn's; neither carries a pid. */
export function parseAccessLine(_line: string): AccessLine | undefined {
  return undefined;
}

/** A matcher for an `access_log_format`; without one, or besides it, the default formats are recognised. */
export function accessMatcher(_format: string | undefined): AccessMatcher {
  return parseAccessLine;
}

/** Whether lines of this format say which worker answered. */
export function carriesPid(format: string | undefined): boolean {
  return format?.includes('%(p)s') ?? false;
}
