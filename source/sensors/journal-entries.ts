/** The entries of the journal as `journalctl --output=json` prints them (systemd.journal-fields(7)), one a line. */
import {parseJsonLine} from '../gunicorn/log-transport.js';
import type {FollowedFile} from './log-follow.js';

const mostWaitingLines = 5000;

/** An entry as the line that the log parser knows, and when journald took it, wall clock in microseconds. */
export type JournalEntry = {readonly line: string; readonly atUs: number};

/** Undefined for an entry up to that moment, and for what is none. */
export function entryAfter(untilUs: number, line: string): JournalEntry | undefined {
  const entry = parseJsonLine(line);
  const atUs = Number(entry?.['__REALTIME_TIMESTAMP']);
  if (entry === undefined || !(atUs > untilUs)) return undefined;

  const message = entry['MESSAGE'];
  if (typeof message === 'string') return {line, atUs};
  // What is no UTF-8 or has control characters comes as a list of bytes, and what is too long as null.
  return Array.isArray(message) && message.every((byte) => Number.isInteger(byte))
    ? {line: JSON.stringify({...entry, MESSAGE: Buffer.from(message).toString('utf8')}), atUs}
    : undefined;
}

/** Lines that wait for the next tick. Its position is up to when entries were taken out of it. */
export function createEntryQueue(startUs: number): FollowedFile & {readonly add: (entry: JournalEntry) => void} {
  let lines: string[] = [];
  let dropped = 0;
  let newestUs = startUs;
  let readUntilUs = startUs;
  return {
    add: ({line, atUs}) => {
      newestUs = Math.max(newestUs, atUs);
      if (lines.length < mostWaitingLines) lines.push(line);
      else dropped += line.length;
    },
    read: () => {
      const value = {lines, skippedBytes: dropped};
      lines = [];
      dropped = 0;
      readUntilUs = newestUs;
      return {kind: 'ok', value};
    },
    position: () => readUntilUs,
    readBack: () => [],
    close: () => undefined,
  };
}
