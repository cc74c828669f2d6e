/**
 * Splits a line of an error log into who says it, when, how loudly, and what.
 *
 * Gunicorn's own format and its syslog format are read exactly, JSON formats by the usual names of their fields. Any
 * other format gives a line without a header: its message is then looked for anywhere in it (log-lines.ts).
 */
import type {LogLevel} from './log-event.js';
import {parseJsonLine, parseTimeStamp, unwrapLine, type TransportedLine} from './log-transport.js';

export type LogHeader = {
  /** `none`: a continuation of the record before it, a plain print, or a format that is not known. */
  readonly format: 'gunicorn' | 'syslog' | 'json' | 'none';
  readonly wallMs?: number;
  readonly emitterPid?: number;
  readonly level?: LogLevel;
  readonly message: string;
  /** The traceback where the format carries it inside the record, a line each. */
  readonly traceback?: readonly string[];
};

// What stands before the header is a carrier's prefix nobody told us of; a quote in it would be a request's text.
const gunicornPattern =
  /^[^"]{0,300}?\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})\] \[(\d{1,9})\] \[(DEBUG|INFO|WARNING|ERROR|CRITICAL)\] (.*)$/;
// "gunicorn.<prefix or name>.error: [pid] message" (glogging.py 26.1:179): no level and no time of its own.
const syslogPattern = /^[^"]{0,300}?\bgunicorn\.\S{0,200}?\.error: \[(\d{1,9})\] (.*)$/;

const levels: ReadonlyMap<string, LogLevel> = new Map([
  ['DEBUG', 'DEBUG'],
  ['INFO', 'INFO'],
  ['NOTICE', 'INFO'],
  ['WARNING', 'WARNING'],
  ['WARN', 'WARNING'],
  ['ERROR', 'ERROR'],
  ['CRITICAL', 'CRITICAL'],
  ['FATAL', 'CRITICAL'],
]);

function firstString(value: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  return keys.map((key) => value[key]).find((field) => typeof field === 'string');
}

function jsonHeader(text: string): LogHeader | undefined {
  const value = parseJsonLine(text.trim());
  const message = value && firstString(value, ['message', 'msg', 'event', 'log', 'text']);
  if (value === undefined || message === undefined) return undefined;

  const time = firstString(value, ['timestamp', 'time', 'asctime', '@timestamp', 'ts', 'datetime']);
  const wallMs = time === undefined ? undefined : parseTimeStamp(time);
  const level = levels.get((firstString(value, ['levelname', 'level', 'severity', 'log.level']) ?? '').toUpperCase());
  const pid = ['process', 'pid', 'process_id'].map((key) => Number(value[key] ?? Number.NaN)).find(isPid);
  const trace = firstString(value, [
    'exc_info',
    'exception',
    'exc_text',
    'stack_trace',
    'traceback',
    'error.stack_trace',
  ]);

  return {
    format: 'json',
    message,
    ...(wallMs !== undefined && {wallMs}),
    ...(pid !== undefined && {emitterPid: pid}),
    ...(level !== undefined && {level}),
    ...(trace !== undefined && {traceback: trace.split('\n')}),
  };
}

function isPid(number: number): boolean {
  return Number.isInteger(number) && number > 0;
}

/** Whether a line, already without its carrier's prefix, starts with gunicorn's own header. */
export function startsWithHeader(text: string): boolean {
  return /^\[\d{4}-/.test(text) && gunicornPattern.test(text);
}

/** One physical line, without its line break, with or without a carrier's prefix. */
export function parseHeader(line: string): LogHeader {
  return headerOf(unwrapLine(line));
}

/** The same for a line that has lost its carrier's prefix already. */
export function headerOf({text, wallMs}: TransportedLine): LogHeader {
  const own = gunicornPattern.exec(text);
  if (own?.[1] !== undefined) {
    const ownWallMs = finerOf(parseTimeStamp(own[1].replace(/ ([+-])/, '$1')), wallMs);
    return {
      format: 'gunicorn',
      message: own[4] ?? '',
      emitterPid: Number(own[2]),
      ...(ownWallMs !== undefined && {wallMs: ownWallMs}),
      ...levelOf(own[3]),
    };
  }

  const syslog = syslogPattern.exec(text);
  if (syslog?.[1] !== undefined) {
    // Syslog daemons write a line break inside a record as its octal code.
    const [message = '', ...more] = (syslog[2] ?? '').split('#012');
    return {
      format: 'syslog',
      message,
      emitterPid: Number(syslog[1]),
      ...(wallMs !== undefined && {wallMs}),
      ...(more.length > 0 && {traceback: more}),
    };
  }

  return jsonHeader(text) ?? {format: 'none', message: text, ...(wallMs !== undefined && {wallMs})};
}

/** gunicorn prints whole seconds; who carried the line away within the same second knows it to the millisecond. */
function finerOf(printedMs: number | undefined, carriedMs: number | undefined): number | undefined {
  if (printedMs === undefined || carriedMs === undefined) return printedMs ?? carriedMs;
  return carriedMs >= printedMs && carriedMs < printedMs + 1000 ? carriedMs : printedMs;
}

function levelOf(written: string | undefined): {readonly level?: LogLevel} {
  const level = levels.get(written ?? '');
  return level === undefined ? {} : {level};
}
