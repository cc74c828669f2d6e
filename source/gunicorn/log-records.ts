/**
 * Joins the lines of an error log into records: a header with the traceback that follows it without one.
 *
 * Each record is one write of one process, but long writes of several workers can be mixed. So an unfinished traceback
 * stays open when another process's header comes between, and a line without a header goes to the newest record that
 * can still take it. An event that cannot have a traceback is given out at once; the others wait for the next record
 * or for `flush`. Nothing here grows: there are few open records, and of a long traceback the innermost lines are kept.
 */
import {parseAccessLine, type AccessLine, type AccessMatcher} from './access-lines.js';
import type {LogEvent} from './log-event.js';
import {headerOf, startsWithHeader, type LogHeader} from './log-header.js';
import {readBareLine, readHeaderLine, readLooseLine} from './log-lines.js';
import {continueWith, mostOpenRecords, type OpenRecord} from './log-continuation.js';
import {unwrapLine} from './log-transport.js';
import {redact} from './redact.js';
import {parseTraceback, startsFatalError, startsTraceback} from './parse-traceback.js';

/** What the target's settings say about its logs; all of it may be absent. */
export type LogOptions = {
  /** From `accessMatcher`, where the access log has a format of its own. */
  readonly accessMatcher?: AccessMatcher;
  readonly showQuery?: boolean;
};

/** Plain JSON, bounded in size; start with `noLogRecords`. */
export type LogRecordsState = {
  /** Oldest first. */
  readonly open: readonly OpenRecord[];
  /** Whether a header was ever seen: then a line without one is never searched for messages. */
  readonly headers: boolean;
};

export const noLogRecords: LogRecordsState = {open: [], headers: false};

export type Fed = {
  readonly state: LogRecordsState;
  /** The events that this line completed, oldest first. */
  readonly events: readonly LogEvent[];
  /** Set when the line was one of the access log, which is never an event. */
  readonly access?: AccessLine;
};

/** One line, without its line break. An event that may have a traceback is held until the next record, or `flush`. */
export function feed(state: LogRecordsState, line: string, options: LogOptions = {}): Fed {
  const unwrapped = unwrapLine(line);
  const access = startsWithHeader(unwrapped.text)
    ? undefined
    : (options.accessMatcher ?? parseAccessLine)(unwrapped.text);
  if (access !== undefined) return {state, events: [], access};

  const header = headerOf(unwrapped);
  return header.format === 'none' ? feedBare(state, header, options) : feedHeader(state, header, options);
}

/** Gives out what is held: call it when nothing more arrived for a moment, and at the end. */
export function flush(state: LogRecordsState, options: LogOptions = {}): Fed {
  return {state: {...state, open: []}, events: eventsOf(state.open, options)};
}

function feedHeader(state: LogRecordsState, header: LogHeader, options: LogOptions): Fed {
  const read = readHeaderLine(header, options);
  const traceback = header.traceback === undefined ? undefined : parseTraceback(header.traceback, options);
  const after = closeBefore(state, header);
  // JSON may be the application's own and say nothing of the format that gunicorn's messages have.
  const headers = state.headers || header.format !== 'json' || read !== undefined;

  if (read === undefined ? !mayExplain(header.message) : read.traceback === 'never' || header.traceback !== undefined) {
    const event = read && {...read.event, ...(traceback !== undefined && {traceback})};
    return {
      state: {open: after.open, headers},
      events: [...eventsOf(after.closed, options), ...(event === undefined ? [] : [event])],
    };
  }

  const record: OpenRecord = {
    ...(read !== undefined && {event: read.event}),
    ...(header.emitterPid !== undefined && {emitterPid: header.emitterPid}),
    awaits: read?.traceback === 'always' ? 'traceback' : 'anything',
    lines: [],
  };
  return opened(after, record, headers, options);
}

/** Whether a message that means nothing to us comes with a traceback of its own, which then is no bare one. */
function mayExplain(message: string): boolean {
  return /exception|error|fail|traceback/i.test(message);
}

/** Which records a header ends: those of its own process, those that are complete, and those that never needed more. */
function closeBefore(
  state: LogRecordsState,
  header: LogHeader,
): {open: readonly OpenRecord[]; closed: readonly OpenRecord[]} {
  const unfinished = (record: OpenRecord): boolean =>
    record.emitterPid !== header.emitterPid && ['traceback', 'frames', 'chain'].includes(record.awaits);

  return {
    open: state.open.filter((record) => unfinished(record)),
    closed: state.open.filter((record) => !unfinished(record)),
  };
}

function opened(
  {open, closed}: {readonly open: readonly OpenRecord[]; readonly closed: readonly OpenRecord[]},
  record: OpenRecord,
  headers: boolean,
  options: LogOptions,
): Fed {
  const all = [...open, record];
  return {
    state: {open: all.slice(-mostOpenRecords), headers},
    events: eventsOf([...closed, ...all.slice(0, -mostOpenRecords)], options),
  };
}

function feedBare(state: LogRecordsState, header: LogHeader, options: LogOptions): Fed {
  const {message} = header;
  const bare = readBareLine(message, options);
  if (bare !== undefined) return {state, events: [bare]};

  const introduction = introduces(message);
  if (introduction !== undefined) {
    const event: LogEvent = {event: 'bare-traceback', text: redact(message, options)};
    return opened(
      {open: state.open, closed: []},
      {event, awaits: introduction, lines: [message]},
      state.headers,
      options,
    );
  }

  const continued = continueWith(state.open, message);
  if (continued !== undefined) return {state: {...state, open: continued}, events: []};

  if (startsTraceback(message)) {
    return opened({open: state.open, closed: []}, {awaits: 'frames', lines: [message]}, state.headers, options);
  }

  const loose = state.headers ? undefined : readLooseLine(header, options);
  if (loose === undefined) return {state, events: []};

  return {state: {...state, open: []}, events: [...eventsOf(state.open, options), loose]};
}

/** The plain lines that open a bare traceback: of the interpreter's end, a pool's thread, a config file. */
function introduces(message: string): OpenRecord['awaits'] | undefined {
  if (startsFatalError(message)) return 'next-header';

  return message === 'Exception in worker' || message.startsWith('Failed to read config file: ')
    ? 'traceback'
    : undefined;
}

function eventsOf(records: readonly OpenRecord[], options: LogOptions): readonly LogEvent[] {
  return records.flatMap((record) => {
    const traceback = parseTraceback(record.lines, options);
    const event = record.event ?? (record.emitterPid === undefined ? bareTraceback(record, options) : undefined);
    return event === undefined ? [] : [{...event, ...(traceback !== undefined && {traceback})}];
  });
}

/** A traceback that nothing introduced: its text is the exception's line. */
function bareTraceback(record: OpenRecord, options: LogOptions): LogEvent | undefined {
  const exception = record.lines.find((line, index) => index > 0 && /^\S/.test(line));
  return record.lines.length === 0
    ? undefined
    : {event: 'bare-traceback', text: redact(exception ?? record.lines[0] ?? '', options)};
}
