/**
 * Follows the logs of one master through its own descriptors: error log, captured output, and access log for its
 * counts. Which of the files it writes are logs is told by their lines, never by their names.
 */
import {accessMatcher} from '../gunicorn/access-lines.js';
import type {LogEvent} from '../gunicorn/log-event.js';
import {feed, flush, noLogRecords, type LogOptions, type LogRecordsState} from '../gunicorn/log-records.js';
import type {Reading, SourceState} from '../observation.js';
import {filesWrittenBy, identityOf, stateWithoutLog, type Written, type WrittenFile} from './log-files.js';
import {followFile, type FollowedFile} from './log-follow.js';
import {unlockOf, type NoReading, type Owner} from './reading.js';

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

type Followed = {
  readonly file: FollowedFile;
  readonly written: WrittenFile;
  records: LogRecordsState;
  /** Whether its lines have shown it to be a log of gunicorn. */
  isLog: boolean;
  hasErrors: boolean;
  /** Lines read while nothing showed it to be one. */
  strangeLines: number;
  /** Rescans since the master stopped holding it: workers may go on writing to it for a moment. */
  strayed: number;
};

const defaultHistoryBytes = 256 * 1024;
const mostHistoryEvents = 500;
const mostFiles = 16;

// An empty file may become a log; one with so many lines and none of gunicorn's is something else.
const mostStrangeLines = 200;

// A log that is opened anew has its old descriptor. One in this many rescans looks for others as well.
const fullScanEvery = 5;

// In reads, about a minute: how long a gap in the log stays in its state.
const skippingShownReads = 240;

// In rescans: how long a file is read on after the master let it go.
const drainedAfter = 5;

/** Standard output and error are gunicorn's for sure; of any other file the lines decide. */
function isStandard({fd}: WrittenFile): boolean {
  return fd === 1 || fd === 2;
}

/** Never fails: when no log can be read, `state` says what stands in the way. */
export function openLogTail(firstMasterPid: number, options: LogTailOptions = {}): LogTail {
  const {root = '/proc', owner, historyBytes = defaultHistoryBytes, accessLogFormat, resumeFrom} = options;
  const {nowWallMs = Date.now()} = options;
  const logOptions: LogOptions = {accessMatcher: accessMatcher(accessLogFormat)};
  const followed = new Map<string, Followed>();
  const strangers = new Set<string>();
  let masterPid = firstMasterPid;
  let written: Reading<Written> = {kind: 'gone'};
  let refusal: NoReading | undefined;
  let carriesPid: boolean | undefined;
  let rescans = 0;
  let skippedBytes = 0;
  let readsSinceSkip = Number.POSITIVE_INFINITY;

  const hasHeaders = (): boolean => [...followed.values()].some(({records}) => records.headers);

  const take = (it: Followed, lines: readonly string[], counts: Map<number, number>): LogEvent[] => {
    const events: LogEvent[] = [];
    for (const line of lines) {
      const fed = feed(it.records, line, logOptions);
      it.records = fed.state;
      for (const event of fed.events) events.push(event);
      if (fed.access !== undefined) {
        it.isLog = true;
        carriesPid = carriesPid === true || fed.access.pid !== undefined;
        if (fed.access.pid !== undefined) counts.set(fed.access.pid, (counts.get(fed.access.pid) ?? 0) + 1);
      }
    }

    // A header is kept as a fact of the records' state also where its message means nothing to us.
    if (it.records.headers || events.some(({loose}) => loose !== true)) {
      it.isLog = true;
      it.hasErrors = true;
    }

    it.strangeLines = it.isLog ? 0 : it.strangeLines + lines.length;
    // What a file says that is no log of gunicorn is nobody's business; and where one of the files has gunicorn's own
    // headers, what only looks like a message elsewhere was printed by somebody else.
    if (!it.isLog && !isStandard(it.written)) return [];
    return it.records.headers || !hasHeaders() ? events : events.filter(({loose}) => loose !== true);
  };

  const settle = (it: Followed): readonly LogEvent[] => {
    if (it.records.open.length === 0) return [];

    const flushed = flush(it.records, logOptions);
    it.records = flushed.state;
    return flushed.events;
  };

  const follow = (file: WrittenFile, from: number | undefined): Followed | undefined => {
    const opened = followFile(`${root}/${masterPid}/fd/${file.fd}`, {
      ...(from !== undefined && {from}),
      ...(owner !== undefined && {owner}),
    });
    if (opened.kind !== 'ok') {
      refusal = opened;
      return undefined;
    }

    const it: Followed = {
      file: opened.value,
      written: file,
      records: noLogRecords,
      isLog: false,
      hasErrors: false,
      strangeLines: 0,
      strayed: 0,
    };
    followed.set(file.identity, it);
    return it;
  };

  const scan = (begin: (file: WrittenFile) => void): void => {
    const now = filesWrittenBy(masterPid, root, owner);
    if (now.kind !== 'ok') {
      if (followed.size === 0) written = now;
      return;
    }

    written = now;
    const current = new Set(now.value.files.map(({identity}) => identity));
    for (const [identity, it] of followed) {
      it.strayed = current.has(identity) ? 0 : it.strayed + 1;
      const isStrange = it.strangeLines > mostStrangeLines && !isStandard(it.written);
      if (it.strayed < drainedAfter && !isStrange) continue;

      if (isStrange) strangers.add(identity);
      it.file.close();
      followed.delete(identity);
    }

    // Standard output last: what it means depends on whether another file is the log.
    for (const file of now.value.files.toSorted((a, b) => Number(isStandard(a)) - Number(isStandard(b)))) {
      if (followed.has(file.identity) || strangers.has(file.identity) || followed.size >= mostFiles) continue;

      begin(file);
    }
  };

  const history: LogEvent[] = [];
  scan((file) => {
    const it = follow(file, resumeFrom?.get(file.identity));
    if (it === undefined) return;

    history.push(...take(it, it.file.readBack(historyBytes), new Map()), ...settle(it));
  });
  history.sort((a, b) => (a.wallMs ?? 0) - (b.wallMs ?? 0));
  history.splice(0, history.length - mostHistoryEvents);

  // A file made since the attach comes from a reopening and is news from its start; of an older one, only the end is.
  const followLater = (file: WrittenFile): void => {
    follow(file, (file.bornWallMs ?? nowWallMs) >= nowWallMs ? 0 : undefined);
  };

  /** Whether a descriptor leads elsewhere than before, or a file is being drained. */
  const hasMoved = (): boolean =>
    followed.size === 0 ||
    [...followed.values()].some(
      ({written: {fd, identity}, strayed}) => strayed > 0 || identityOf(masterPid, fd, root) !== identity,
    );

  const state = (): SourceState => {
    const logs = [...followed.values()].filter((it) => it.isLog || isStandard(it.written));
    if (logs.some((it) => it.hasErrors || isStandard(it.written))) {
      if (readsSinceSkip > skippingShownReads) return {id: 'log', state: 'ok'};

      const megabytes = (skippedBytes / 1e6).toFixed(1);
      return {id: 'log', state: 'partly', why: `${megabytes} MB were passed over: it grows faster than it is read`};
    }
    if (logs.length > 0) return {...stateWithoutLog(written), state: 'partly'};
    if (refusal?.kind === 'denied') {
      const unlock = unlockOf(refusal);
      return {
        id: 'log',
        state: 'denied',
        why: `the log file is closed to us by ${refusal.by}`,
        ...(unlock !== undefined && {unlock}),
      };
    }

    return stateWithoutLog(written);
  };

  return {
    state,
    history,
    accessCarriesPid: () => carriesPid,
    read: () => {
      const events: LogEvent[] = [];
      const counts = new Map<number, number>();
      let skippedNow = 0;
      for (const it of followed.values()) {
        const appended = it.file.read();
        if (appended.kind !== 'ok') continue;

        const {lines} = appended.value;
        skippedNow += appended.value.skippedBytes;
        const said = lines.length > 0 ? take(it, lines, counts) : settle(it);
        for (const event of said) events.push(event);
      }

      readsSinceSkip = skippedNow > 0 ? 0 : readsSinceSkip + 1;
      skippedBytes += skippedNow;
      return {events, requests: [...counts].map(([pid, count]) => ({pid, count})), skippedBytes: skippedNow};
    },
    rescan: () => {
      rescans++;
      if (rescans % fullScanEvery === 0 || hasMoved()) scan(followLater);
    },
    adopt: (pid) => {
      masterPid = pid;
      scan(followLater);
    },
    positions: () => new Map([...followed].map(([identity, it]) => [identity, it.file.position()])),
    close: () => {
      for (const it of followed.values()) it.file.close();
      followed.clear();
    },
  };
}
