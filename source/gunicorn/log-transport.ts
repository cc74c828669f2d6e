/**
 * Takes off what carried a line here: the prefix that docker, kubectl, compose, journald or a container runtime put
 * before what the process printed. Each physical line of a traceback has its own.
 */
import {stripControls} from './redact.js';

export type TransportedLine = {
  /** What the process printed, leading spaces kept, control characters stripped. */
  readonly text: string;
  /** When the carrier says it was printed, milliseconds since the epoch; only carriers that name a zone. */
  readonly wallMs?: number;
};

const longestLine = 65_536;

const timeStamp = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)`;

// <time> stdout F <line>: the files of containerd and CRI-O; P marks a part of a long line.
const criPattern = new RegExp(`^(${timeStamp}) std(?:out|err) [FP](?::\\w+)? ?(.*)$`);
// docker logs -t, kubectl logs --timestamps.
const stampedPattern = new RegExp(`^(${timeStamp})[ \\t](.*)$`);
// "web_1     | " of compose, "13:57:10 web.1  | " of honcho and foreman, "[pod/shop-5d/web] " of kubectl --prefix.
const composePattern = /^(?:(?:\d\d:\d\d:\d\d )?[\w.-]{1,80} {0,60}\||\[pod\/[\w./-]{1,300}\]) ?(.*)$/;
// journalctl, classic syslog files and their ISO variant: "Jul 22 13:57:10 host program[123]: ".
const journalPattern =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,20}) [\w.:-]{1,255} [^\s[\]:]{1,100}\[\d{1,9}\]: ?(.*)$/;

/** Milliseconds since the epoch of a time stamp that names its zone; undefined for any other. */
export function parseTimeStamp(written: string): number | undefined {
  const match = new RegExp(`^${timeStamp}$`).exec(written.trim());
  if (match === null) return undefined;

  const iso = match[0]
    .replace(' ', 'T')
    .replace(',', '.')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const wallMs = Date.parse(iso);
  return Number.isNaN(wallMs) ? undefined : wallMs;
}

/** A JSON object on a line, or undefined. */
export function parseJsonLine(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined;

  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? {...value} : undefined;
  } catch {
    return undefined;
  }
}

/** Docker's json-file (`{"log":…,"stream":…,"time":…}`) and `journalctl -o json` (`{"MESSAGE":…}`). */
function unwrapJson(line: string): TransportedLine | undefined {
  const value = parseJsonLine(line.trim());
  if (value === undefined) return undefined;

  if (typeof value['log'] === 'string' && 'stream' in value) {
    const wallMs = typeof value['time'] === 'string' ? parseTimeStamp(value['time']) : undefined;
    return {text: value['log'].replace(/\r?\n$/, ''), ...(wallMs !== undefined && {wallMs})};
  }

  if (typeof value['MESSAGE'] !== 'string') return undefined;

  const micros = Number(value['__REALTIME_TIMESTAMP']);
  return {text: value['MESSAGE'], ...(Number.isFinite(micros) && micros > 0 && {wallMs: Math.floor(micros / 1000)})};
}

/** One physical line, without its line break, as the process printed it. */
export function unwrapLine(line: string): TransportedLine {
  const unwrapped = unwrapJson(line.slice(0, longestLine)) ?? {text: line.slice(0, longestLine)};
  let text = stripControls(unwrapped.text);
  let wallMs = unwrapped.wallMs;

  const compose = composePattern.exec(text);
  if (compose?.[1] !== undefined) text = compose[1];

  const stamped = criPattern.exec(text) ?? stampedPattern.exec(text);
  if (stamped?.[1] !== undefined && stamped[2] !== undefined) {
    wallMs ??= parseTimeStamp(stamped[1]);
    text = stamped[2];
  }

  text = journalPattern.exec(text)?.[1] ?? text;
  return {text, ...(wallMs !== undefined && {wallMs})};
}
