/**
 * Makes text of the target safe to keep, show and send on: no control characters, no secrets, no endless lengths.
 *
 * Every text that leaves the target passes here once, in the sensor, before an observation exists. Masking goes by the
 * name beside a value and by its shape, and errs on the side of hiding; it does not recognise a secret that stands
 * alone without either.
 */

export type RedactOptions = {
  /** The longest result, in UTF-16 units; 300 when absent. A text that was cut ends with "…". */
  readonly maxLength?: number;
  /** Keeps query strings, as the user asked with `--show-query`. Values of secret names inside are masked even so. */
  readonly showQuery?: boolean;
};

/** What stands where a secret stood. */
export const mask = '***';

const defaultLength = 300;

// No regular expression below ever sees more: their work is then bounded whatever the target prints.
const longestInput = 65_536;

// ECMA-48: strings (OSC, DCS, SOS, PM, APC) with their terminator, then CSI sequences, then two-character escapes. One
// that is not finished loses only its introducer below, so that it cannot hide the rest of a line.
const escapeSequences =
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  /(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]{0,64}[ -/]{0,8}[@-~]|\u001B[ -/]{0,8}[0-~]/g;

/**
 * Text without escape sequences, control characters (C0, C1), direction overrides and other invisible format
 * characters. A tab or line break becomes one space, a lone surrogate U+FFFD; leading spaces stay.
 */
export function stripControls(text: string): string {
  return text
    .slice(0, longestInput)
    .replace(escapeSequences, '')
    .replace(/[\t\n\r\u2028\u2029]/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\p{Cs}/gu, '\uFFFD');
}

const secretNames =
  'passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|cookie|session[-_]?id|signature|dsn';

const secretName = new RegExp(secretNames, 'i');

/** Whether a name says that its value is a secret: "--db-password", "API_KEY". */
export function hasSecretName(name: string): boolean {
  return secretName.test(name.slice(0, 200));
}

const maskings: ReadonlyArray<readonly [RegExp, string]> = [
  // Authorization: Bearer …; the value is everything up to a quote, for its parts are separated by spaces.
  [/(authorization["']?\s{0,4}[:=]\s{0,4}["']?)[^"'\r\n]+/gi, `$1${mask}`],
  [/(cookie["']?\s{0,4}:\s{0,4}["']?)[^"'\r\n]+/gi, `$1${mask}`],
  [/\b(bearer)\s{1,4}[\w.~+/=-]{8,}/gi, `$1 ${mask}`],
  // password=…, "api_key": "…", SECRET_KEY='…': the name may go on after the word that gives it away.
  [
    new RegExp(
      `((?:${secretNames})[\\w.-]{0,40}["']?\\s{0,4}(?::=|=>|[:=])\\s{0,4})(?:"(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?|[^\\s"',;&)\\]}]+)`,
      'gi',
    ),
    `$1${mask}`,
  ],
  // scheme://user:password@host; against the rules a password may hold "@" and "/". A port is no password.
  [/:\/\/[^\s:/@]{0,100}:(?!\d{1,5}\/)[^\s"'<>]{1,500}@/g, `://${mask}@`],
  [/:\/\/[^\s/?#"'<>]*@/g, `://${mask}@`],
  // JSON web tokens and access key ids have a shape of their own.
  [/\beyJ[\w-]{8,500}\.[\w-]+(?:\.[\w-]*)?/g, mask],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
];

// A query is what follows "?" in a word with a slash before it; a "?" at the end of a question stays.
const queries = /(?<=\/[^\s?"'<>]{0,300})\?[^\s"'<>]+/g;

function maskSecrets(text: string, showQuery: boolean): string {
  const masked = maskings.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
  return showQuery ? masked : masked.replace(queries, `?${mask}`);
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;

  // The cut must not leave half of a surrogate pair behind.
  return maxLength < 1 ? '' : `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Any text of the target, on one line, safe to show. */
export function redact(text: string, options: RedactOptions = {}): string {
  const {maxLength = defaultLength, showQuery = false} = options;
  // What is cut off anyway is not searched, beyond a margin for what masking and stripping make shorter.
  const margin = Math.max(4096, maxLength * 8);
  return cut(maskSecrets(stripControls(text.slice(0, margin)), showQuery), maxLength);
}

/** A request's URI as its path: query and fragment dropped unless asked for, userinfo of an absolute form masked. */
export function redactUri(uri: string, options: RedactOptions = {}): string {
  const clean = stripControls(uri);
  return redact(options.showQuery === true ? clean : clean.replace(/[?#].*$/, ''), options);
}
