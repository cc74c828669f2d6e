/**
 * Joins the lines of an error log into records: a header with the traceback that follows it without one.
 */
import type {AccessLine, AccessMatcher} from './access-lines.js';
import type {LogEvent} from './log-event.js';

/** What the target's settings say about its logs; all of it may be absent. */
export type LogOptions = {
  /** From `accessMatcher`, where the access log has a format of its own. */
  readonly accessMatcher?: AccessMatcher;
  readonly showQuery?: boolean;
};

/** Plain JSON, bounded in size; start with `noLogRecords`. */
export type LogRecordsState = {readonly open: readonly never[]};

export const noLogRecords: LogRecordsState = {open: []};

export type Fed = {
  readonly state: LogRecordsState;
  /** The events that this line completed, oldest first. */
  readonly events: readonly LogEvent[];
  /** Set when the line was one of the access log, which is never an event. */
  readonly access?: AccessLine;
};

/** One line, without its line break. An event that may have a traceback is held until the next record, or `flush`. */
export function feed(state: LogRecordsState, _line: string, _options: LogOptions = {}): Fed {
  return {state, events: []};
}

/** Gives out what is held: call it when nothing more arrived for a moment, and at the end. */
export function flush(state: LogRecordsState): Fed {
  return {state, events: []};
}
