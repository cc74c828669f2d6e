/** Reads one followed file as a log of gunicorn, and finds out on the way whether it is one. */
import type {LogEvent} from '../gunicorn/log-event.js';
import {feed, flush, noLogRecords, type LogOptions, type LogRecordsState} from '../gunicorn/log-records.js';
import type {WrittenFile} from './log-files.js';
import type {FollowedFile} from './log-follow.js';

export type LogReader = {
  readonly written: WrittenFile;
  /** What was appended, as events; requests of the access log are added to `counts`, by pid. */
  readonly read: (counts: Map<number, number>) => {readonly events: readonly LogEvent[]; readonly skippedBytes: number};
  /** Events of what was there before, that many bytes back. */
  readonly readBack: (bytes: number) => readonly LogEvent[];
  readonly position: () => number;
  /** Whether lines with gunicorn's own header have been seen, of whatever meaning. */
  readonly hasHeaders: () => boolean;
  /** Whether lines were seen that look like gunicorn's messages in a format that is not known. */
  readonly hasMessages: () => boolean;
  /** Whether its access lines carry pids; undefined when no access line has been seen. */
  readonly accessCarriesPid: () => boolean | undefined;
  /** How many lines were read while there was none of all that. */
  readonly strangeLines: () => number;
  readonly close: () => void;
};

export function readAsLog(file: FollowedFile, written: WrittenFile, options: LogOptions): LogReader {
  let records: LogRecordsState = noLogRecords;
  let hasMessages = false;
  let carriesPid: boolean | undefined;
  let strangeLines = 0;

  const take = (lines: readonly string[], counts: Map<number, number>): LogEvent[] => {
    const events: LogEvent[] = [];
    for (const line of lines) {
      const fed = feed(records, line, options);
      records = fed.state;
      for (const event of fed.events) events.push(event);
      if (fed.access === undefined) continue;

      const {pid} = fed.access;
      carriesPid = carriesPid === true || pid !== undefined;
      if (pid !== undefined) counts.set(pid, (counts.get(pid) ?? 0) + 1);
    }

    hasMessages ||= events.some(({loose}) => loose === true);
    strangeLines = records.headers || hasMessages || carriesPid !== undefined ? 0 : strangeLines + lines.length;
    return events;
  };

  /** Nothing came for a moment: what was held back for a traceback is complete. */
  const settle = (): readonly LogEvent[] => {
    if (records.open.length === 0) return [];

    const flushed = flush(records, options);
    records = flushed.state;
    return flushed.events;
  };

  return {
    written,
    read: (counts) => {
      const appended = file.read();
      if (appended.kind !== 'ok') return {events: [], skippedBytes: 0};

      const {lines, skippedBytes} = appended.value;
      return {events: lines.length > 0 ? take(lines, counts) : settle(), skippedBytes};
    },
    readBack: (bytes) => [...take(file.readBack(bytes), new Map()), ...settle()],
    position: file.position,
    hasHeaders: () => records.headers,
    hasMessages: () => hasMessages,
    accessCarriesPid: () => carriesPid,
    strangeLines: () => strangeLines,
    close: file.close,
  };
}
