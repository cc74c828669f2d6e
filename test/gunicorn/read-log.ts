import type {LogEvent} from '../../source/gunicorn/log-event.js';
import {feed, flush, noLogRecords, type LogOptions} from '../../source/gunicorn/log-records.js';

/** Everything a whole log comes to. */
export function readLog(lines: readonly string[], options: LogOptions = {}) {
  let state = noLogRecords;
  const events: LogEvent[] = [];
  const accessPids: Array<number | undefined> = [];
  for (const line of lines) {
    const fed = feed(state, line, options);
    state = fed.state;
    events.push(...fed.events);
    if (fed.access !== undefined) accessPids.push(fed.access.pid);
  }

  events.push(...flush(state, options).events);
  return {events, accessPids};
}

/** "died-by-signal 42 SIGKILL": enough of an event to read a whole log at a glance. */
export function brief(event: LogEvent): string {
  const parts: unknown[] = [event.event];
  if ('pid' in event) parts.push(event.pid);
  if ('code' in event) parts.push(event.code);
  if ('signal' in event) parts.push(event.signal);
  if ('path' in event) parts.push(event.path);
  if ('reason' in event) parts.push(event.reason);
  if (event.traceback?.exception !== undefined) parts.push(event.traceback.exception);
  return parts.join(' ');
}

/** A line with gunicorn's own header. */
export const header = (pid: number, level: string, message: string): string =>
  `[2026-11-22 10:03:35 +0000] [${pid}] [${level}] ${message}`;
