/**
 * One line of an error log as an event: a known message, or anything at ERROR and above.
 *
 * A line is believed fully behind a header that is known. Without one, the few messages that gunicorn prints bare are
 * recognised whole; and as long as the log has never shown a known header, telling ones are looked for inside a line.
 */
import type {LogEvent, Said} from './log-event.js';
import type {LogHeader} from './log-header.js';
import {logMessages, type LogMessage} from './log-messages.js';
import {redact, type RedactOptions} from './redact.js';

export type LineOptions = Pick<RedactOptions, 'showQuery'>;

/** An event, and whether a traceback is to be expected after its line. */
export type ReadLine = {readonly event: LogEvent; readonly traceback: LogMessage['traceback']};

const longestMessage = 4000;

const whole = logMessages.map((message) => ({message, pattern: new RegExp(`^(?:${message.pattern})$`)}));
const inside = logMessages
  .filter((message) => message.anywhere)
  .map((message) => ({message, pattern: new RegExp(`(?:^|[\\s"':=>\\]|-])(?:${message.pattern})(?=["'\\s,;}|]|$)`)}));

function match(
  text: string,
  patterns: typeof whole,
  options: LineOptions,
): {readonly said: Said; readonly traceback: LogMessage['traceback']} | undefined {
  for (const {message, pattern} of patterns) {
    const groups = pattern.exec(text.slice(0, longestMessage));
    const said = groups === null ? undefined : message.read(groups.slice(1), options);
    if (said !== undefined) return {said, traceback: message.traceback};
  }

  return undefined;
}

/** What a line with a header says; undefined when it means nothing to a worker's history. */
export function readHeaderLine(header: LogHeader, options: LineOptions = {}): ReadLine | undefined {
  const known = match(header.message.trimEnd(), whole, options);
  const grave = header.level === 'ERROR' || header.level === 'CRITICAL';
  if (known === undefined && !grave) return undefined;

  const {wallMs, emitterPid, level} = header;
  const event: LogEvent = {
    ...(known?.said ?? {event: 'other'}),
    ...(wallMs !== undefined && {wallMs}),
    ...(emitterPid !== undefined && {emitterPid}),
    ...(level !== undefined && {level}),
    text: redact(header.message.trim(), options),
  };
  return {event, traceback: known?.traceback ?? 'maybe'};
}

// The messages of AppImportError (util.py, import_app), which are printed without the exception's class.
const appImportErrors =
  /^(?:Failed to find attribute .{1,300} in .{1,300}\.|Failed to find application object:? .{1,300}|Failed to parse .{1,300} as an attribute name or function call\.|Failed to parse arguments as literal values: .{1,300}|Function reference must be a simple name: .{1,300}|Application object must be callable\.|TypeError: \w{1,100}\(\) (?:missing|takes|got) .{1,300})$/;

/** The line of an application that could not be found or made, which gunicorn prints bare. */
export function readBareLine(text: string, options: LineOptions = {}): LogEvent | undefined {
  if (!appImportErrors.test(text.slice(0, longestMessage))) return undefined;

  const message = redact(text, options);
  return {event: 'app-load-error', message, text: message};
}

/** A telling message inside a line whose format is not known. */
export function readLooseLine(header: LogHeader, options: LineOptions = {}): LogEvent | undefined {
  const known = match(header.message, inside, options);
  if (known === undefined) return undefined;

  const {wallMs} = header;
  return {
    ...known.said,
    ...(wallMs !== undefined && {wallMs}),
    loose: true,
    text: redact(header.message.trim(), options),
  };
}
