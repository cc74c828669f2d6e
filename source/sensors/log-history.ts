/**
 * Reads the logs of a master back, from at most 32 MiB before the attach on, in slices beside the ticks: what began and
 * ended then is news to whoever comes in the middle of an incident.
 *
 * Only lines that tell of a worker's birth or end are parsed; all others are passed over by a look at their words. Of a
 * log that was rotated lately the file before it, NAME.1, is read as well.
 */
import fs from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import type {LogEvent} from '../gunicorn/log-event.js';
import {feed, flush, noLogRecords, type LogRecordsState} from '../gunicorn/log-records.js';
import type {HistoryObserved, Moment, Observation} from '../observation.js';
import {openReadOnly} from './files.js';
import {attempt, valueOf} from './reading.js';

/** A log file and how far it had been read at the attach. */
export type LogFile = {readonly path: string; readonly link: string; readonly untilBytes: number};

export type LogHistory = {
  /** What was read since the last tick. */
  readonly take: (at: Moment) => readonly Observation[];
  readonly close: () => void;
};

export type LogHistoryOptions = {
  /** The target's root, for the file before a rotation. */
  readonly rootFolder: string;
  /** Whether a file at this path may be shown to us as one of the target. */
  readonly isTheirs: (path: string) => boolean;
  readonly mostBytes?: number;
};

const defaultMostBytes = 32 << 20;
const sliceBytes = 128 * 1024;
const restMs = 15;
/** In one observation: so many are folded in some milliseconds. */
const mostEvents = 60;

const telling =
  /Booting worker|Worker exiting|WORKER TIMEOUT|exited with code|was sent |terminated due to|Autorestarting|Maximum request limit|Handling signal|Hang up|Shutting down|Reason: |Starting gunicorn|Using worker|Exception in worker|Parent changed|Worker reloading|startup (?:failed|complete)|Failed to (?:find|parse)|must be callable|^Traceback /;
const requestError = /Error handling request/;

/** Of the errors in requests only those that a timeout ended are wanted: they follow it closely. */
const afterTimeoutLines = 50;

const wanted: ReadonlySet<LogEvent['event']> = new Set([
  'starting',
  'using-worker',
  'booting',
  'worker-exiting',
  'worker-timeout',
  'exited-with-code',
  'died-by-signal',
  'autorestarting',
  'code-changed',
  'parent-changed',
  'handling-signal',
  'hang-up',
  'shutting-down',
  'halted',
  'request-error',
  'exception-in-worker',
  'app-load-error',
  'lifespan-failed',
  'booted',
]);

function isWanted({event, loose, traceback}: LogEvent): boolean {
  if (event === 'bare-traceback') return traceback?.exception?.includes('HaltServer') === true;
  return wanted.has(event) && loose !== true;
}

type Piece = {readonly fd: number; readonly fromBytes: number; readonly untilBytes: number};

function openPiece(path: string, untilBytes: number | undefined, mostBytes: number): Piece | undefined {
  const fd = valueOf(attempt(() => openReadOnly(path)));
  if (fd === undefined) return undefined;

  const stat = valueOf(attempt(() => fs.fstatSync(fd)));
  if (stat?.isFile() !== true) {
    fs.closeSync(fd);
    return undefined;
  }
  const until = Math.min(untilBytes ?? stat.size, stat.size);
  return {fd, fromBytes: Math.max(0, until - mostBytes), untilBytes: until};
}

/** The pieces to read, oldest first: the log itself, and before it what was rotated away, as far as there is room. */
function openPieces({path, link, untilBytes}: LogFile, options: LogHistoryOptions): readonly Piece[] {
  const {rootFolder, isTheirs, mostBytes = defaultMostBytes} = options;
  const newest = openPiece(path, untilBytes, mostBytes);
  const left = mostBytes - untilBytes;
  const before = `${rootFolder}${link.replace(/ \(deleted\)$/, '')}.1`;
  const older = left > 0 && isTheirs(before) ? openPiece(before, undefined, left) : undefined;
  return [older, newest].filter((piece) => piece !== undefined);
}

export function readHistory(files: readonly LogFile[], options: LogHistoryOptions): LogHistory {
  const pieces = files.flatMap((file) => openPieces(file, options));
  const ending = new AbortController();
  let events: LogEvent[] = [];
  let isRead = false;
  let isTold = false;

  const read = async (): Promise<void> => {
    for (const piece of pieces) {
      let records: LogRecordsState = noLogRecords;
      let linesSinceTimeout = Number.POSITIVE_INFINITY;
      let rest = piece.fromBytes > 0 ? undefined : '';
      const keep = (fed: readonly LogEvent[]): void => {
        for (const event of fed) if (isWanted(event)) events.push(event);
      };
      for (let position = piece.fromBytes; position < piece.untilBytes; position += sliceBytes) {
        const slice = Buffer.alloc(Math.min(sliceBytes, piece.untilBytes - position));
        const length = valueOf(attempt(() => fs.readSync(piece.fd, slice, 0, slice.length, position))) ?? 0;
        // Bytes of a character that is cut in two are in no word that is looked for.
        const lines = slice.toString('latin1', 0, length).split('\n');
        if (rest === undefined) lines.shift();
        else lines[0] = rest + (lines[0] ?? '');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          linesSinceTimeout = line.includes('WORKER TIMEOUT') ? 0 : linesSinceTimeout + 1;
          const isTelling = telling.test(line) || (linesSinceTimeout < afterTimeoutLines && requestError.test(line));
          if (!isTelling && records.open.length === 0) continue;

          const fed = feed(records, Buffer.from(line, 'latin1').toString('utf8'));
          records = fed.state;
          keep(fed.events);
        }

        // oxlint-disable-next-line no-await-in-loop -- a slice, then the others' turn
        await pause(restMs, undefined, {signal: ending.signal, ref: false});
      }
      keep(flush(records).events);
    }
  };

  void read()
    // Only the abort of a pause rejects.
    .catch(() => undefined)
    .finally(() => {
      for (const {fd} of pieces) fs.closeSync(fd);
      events = inOrder(events, pieces.length > 1);
      isRead = true;
    });

  return {
    take: (at) => {
      if (!isRead || isTold) return [];
      const chunk = events.slice(0, mostEvents);
      events = events.slice(mostEvents);
      isTold = events.length === 0;
      const observation: HistoryObserved = {kind: 'history', at, events: chunk, isLast: isTold};
      return [observation];
    },
    close: () => {
      isTold = true;
      ending.abort();
    },
  };
}

/** Of several files the lines are put in one order by their times; those of one file stay as they were printed. */
function inOrder(events: LogEvent[], isOfSeveral: boolean): LogEvent[] {
  return isOfSeveral ? events.toSorted((a, b) => (a.wallMs ?? 0) - (b.wallMs ?? 0)) : events;
}
