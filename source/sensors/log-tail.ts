/**
 * Follows the logs of one master through its own descriptors: error log, captured output, and access log for its
 * counts. Which of the files it writes are logs is told by their lines, never by their names.
 */
import {accessMatcher} from '../gunicorn/access-lines.js';
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Reading} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {filesWrittenBy, identityOf, type Written, type WrittenFile} from './log-files.js';
import {followFile} from './log-follow.js';
import {readAsLog, type LogReader} from './log-reader.js';
import type {LogFile} from './log-history.js';
import {logState} from './log-state.js';
import type {NoReading, Owner} from './reading.js';

/** What the logs said since the last read. */
export type LogRead = {
  readonly events: readonly LogEvent[];
  /** Access log lines by the worker's pid, in its own pid namespace; empty when the lines carry none. */
  readonly requests: ReadonlyArray<{readonly pid: number; readonly count: number}>;
  /** Bytes that were passed over because one read is bounded. */
  readonly skippedBytes: number;
};

export type LogTail = {
  readonly state: () => SourceState;
  /** Records that were in the log before the attach, oldest first: history, not news. */
  readonly history: readonly LogEvent[];
  /** The error logs, as far as they had been read when this was opened. */
  readonly files: readonly LogFile[];
  /** Whether the access log carries pids; undefined until its lines have been seen. */
  readonly accessCarriesPid: () => boolean | undefined;
  /** Reads what was appended, at most 256 KiB a file. */
  readonly read: () => LogRead;
  /** Looks again at the master's descriptors: after USR1 they lead to other files. About once a second. */
  readonly rescan: () => void;
  /** From now on the files held are followed for this master, which a supervisor started after the last one. */
  readonly adopt: (masterPid: number) => void;
  /** Where each file has been read to, by its identity: for the tail of a successor that appends to the same files. */
  readonly positions: () => ReadonlyMap<string, number>;
  readonly close: () => void;
};

export type LogTailOptions = {
  readonly root?: string;
  readonly owner?: Owner;
  /** How much is read back from the end of each file. */
  readonly historyBytes?: number;
  /** The `access_log_format`, when it is known. */
  readonly accessLogFormat?: string;
  /** Where another tail has read the same files to. */
  readonly resumeFrom?: ReadonlyMap<string, number>;
  readonly nowWallMs?: number;
};

const defaultHistoryBytes = 256 * 1024;
const mostHistoryEvents = 500;
const mostFiles = 16;

// An empty file may become a log; one with so many lines and none of gunicorn's is something else.
const mostStrangeLines = 200;

// A log that is opened anew has its old descriptor. One in this many rescans looks for others as well.
const fullScanEvery = 5;

// In rescans: how long a file is read on after the master let it go, for workers may still write to it.
const drainedAfter = 5;

/** Standard output and error are the server's for sure; of any other file the lines decide. */
function isStandard({fd}: WrittenFile): boolean {
  return fd === 1 || fd === 2;
}

/**
 * What a file's events are worth. Where one of the files has gunicorn's own headers, a line elsewhere that only looks
 * like a message was printed by somebody else; and what a file says that is no log at all is nobody's business.
 */
function accepted(reader: LogReader, events: readonly LogEvent[], someHasHeaders: boolean): readonly LogEvent[] {
  if (reader.hasHeaders()) return events;
  if (isStandard(reader.written)) return someHasHeaders ? events.filter(({loose}) => loose !== true) : events;

  return reader.hasMessages() && !someHasHeaders ? events : [];
}

/** Never fails: when no log can be read, `state` says what stands in the way. */
export function openLogTail(firstMasterPid: number, options: LogTailOptions = {}): LogTail {
  const {root = '/proc', owner, historyBytes = defaultHistoryBytes, accessLogFormat, resumeFrom} = options;
  const {nowWallMs = Date.now()} = options;
  const matcher = accessMatcher(accessLogFormat);
  const readers = new Map<string, LogReader>();
  const strayed = new Map<string, number>();
  const strangers = new Set<string>();
  let masterPid = firstMasterPid;
  let written: Reading<Written> = {kind: 'gone'};
  let refusal: NoReading | undefined;
  let rescans = 0;
  let skippedBytes = 0;
  let readsSinceSkip = Number.POSITIVE_INFINITY;

  const someHasHeaders = (): boolean => [...readers.values()].some((reader) => reader.hasHeaders());

  const follow = (file: WrittenFile, from: number | undefined): void => {
    const opened = followFile(`${root}/${masterPid}/fd/${file.fd}`, {
      ...(from !== undefined && {from}),
      ...(owner !== undefined && {owner}),
    });
    if (opened.kind === 'ok') readers.set(file.identity, readAsLog(opened.value, file, {accessMatcher: matcher}));
    else refusal = opened;
  };

  const letGo = (identity: string): void => {
    readers.get(identity)?.close();
    readers.delete(identity);
    strayed.delete(identity);
  };

  const scan = (begin: (file: WrittenFile) => void): void => {
    const now = filesWrittenBy(masterPid, root, owner);
    if (now.kind === 'ok' || readers.size === 0) written = now;
    // After the end of the master its files are read on: a successor may append to them.
    if (now.kind !== 'ok') return;

    const current = new Set(now.value.files.map(({identity}) => identity));
    for (const [identity, reader] of readers) {
      strayed.set(identity, current.has(identity) ? 0 : (strayed.get(identity) ?? 0) + 1);
      const isStranger = reader.strangeLines() > mostStrangeLines && !isStandard(reader.written);
      if (isStranger) strangers.add(identity);
      if (isStranger || (strayed.get(identity) ?? 0) >= drainedAfter) letGo(identity);
    }

    for (const file of now.value.files) {
      if (readers.has(file.identity) || strangers.has(file.identity) || readers.size >= mostFiles) continue;

      begin(file);
    }
  };

  // A file made since the attach comes from a reopening and is news from its start; of an older one, only the end is.
  const followLater = (file: WrittenFile): void =>
    follow(file, (file.bornWallMs ?? nowWallMs) >= nowWallMs ? 0 : undefined);

  /** Whether a descriptor leads elsewhere than before, or a file is being drained. */
  const hasMoved = (): boolean =>
    readers.size === 0 ||
    [...readers.values()].some(
      ({written: {fd, identity}}) => (strayed.get(identity) ?? 0) > 0 || identityOf(masterPid, fd, root) !== identity,
    );

  scan((file) => follow(file, resumeFrom?.get(file.identity)));
  const history = [...readers.values()]
    .map((reader) => [reader, reader.readBack(historyBytes)] as const)
    .flatMap(([reader, events]) => accepted(reader, events, someHasHeaders()))
    .toSorted((a, b) => (a.wallMs ?? 0) - (b.wallMs ?? 0))
    .slice(-mostHistoryEvents);

  const files = [...readers.values()]
    .filter((reader) => reader.hasHeaders())
    .map((reader): LogFile => ({
      path: `${root}/${masterPid}/fd/${reader.written.fd}`,
      link: reader.written.link,
      untilBytes: reader.position(),
    }));

  return {
    state: () => logState({readers: [...readers.values()], written, refusal, skippedBytes, readsSinceSkip}),
    history,
    files,
    accessCarriesPid: () => {
      const known = [...readers.values()].map((reader) => reader.accessCarriesPid());
      return known.includes(true) ? true : known.includes(false) ? false : undefined;
    },
    read: () => {
      const counts = new Map<number, number>();
      const read = [...readers.values()].map((reader) => [reader, reader.read(counts)] as const);
      const skippedNow = read.reduce((sum, [, {skippedBytes: bytes}]) => sum + bytes, 0);
      skippedBytes += skippedNow;
      readsSinceSkip = skippedNow > 0 ? 0 : readsSinceSkip + 1;
      return {
        events: read.flatMap(([reader, {events}]) =>
          events.length === 0 ? [] : accepted(reader, events, someHasHeaders()),
        ),
        requests: [...counts].map(([pid, count]) => ({pid, count})),
        skippedBytes: skippedNow,
      };
    },
    rescan: () => {
      rescans++;
      if (rescans % fullScanEvery === 0 || hasMoved()) scan(followLater);
    },
    adopt: (pid) => {
      masterPid = pid;
      scan(followLater);
    },
    positions: () => new Map([...readers].map(([identity, reader]) => [identity, reader.position()])),
    close: () => {
      for (const identity of [...readers.keys()]) letGo(identity);
    },
  };
}
