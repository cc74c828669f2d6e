/**
 * Python's tracebacks as data, and the one frame of one that belongs to the application.
 */
import type {StackFrame, Traceback} from './log-event.js';

/** Reads the lines of a traceback; of chained exceptions the last, which is the one that ended it. Undefined when there is none. */
export function parseTraceback(_lines: readonly string[]): Traceback | undefined {
  return undefined;
}

/** The innermost frame outside the standard library, installed packages and gunicorn; undefined when there is none. */
export function applicationFrame(_traceback: Traceback): StackFrame | undefined {
  return undefined;
}

/** "views.py:88 charge_card". */
export function shortFrame(frame: StackFrame): string {
  return `${frame.file}:${frame.line} ${frame.function}`;
}
