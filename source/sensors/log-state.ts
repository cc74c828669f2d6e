/** Says how the log stands: followed, followed in part, or what stands in the way. */
import type {Reading} from '../observation.js';
import type {SourceState} from '../source-state.js';
import type {Written} from './log-files.js';
import type {LogReader} from './log-reader.js';
import {unlockOf, type NoReading} from './reading.js';

export type LogFacts = {
  readonly readers: readonly LogReader[];
  readonly written: Reading<Written>;
  /** Why a file could not be opened, when one could not. */
  readonly refusal: NoReading | undefined;
  readonly skippedBytes: number;
  readonly readsSinceSkip: number;
};

// In reads, about a minute: how long a gap in the log stays in its state.
const skippingShownReads = 240;

const toFile = 'start gunicorn with --error-logfile FILE';

/** Why there is no log to follow, by where standard error leads. */
function whereItGoes(standardError: string | undefined): string {
  if (standardError === undefined) return 'gunicorn has no standard error and no log file';
  if (standardError.startsWith('pipe:')) {
    return 'gunicorn logs into a pipe, and reading it would take the lines from whoever does';
  }
  if (standardError.startsWith('socket:')) return 'gunicorn logs into a socket, as a systemd unit does to the journal';
  if (standardError.startsWith('/dev/null')) return 'gunicorn logs to /dev/null';
  if (/^\/dev\/(?:pts\/|tty|console)/.test(standardError)) return 'gunicorn logs to a terminal';

  return 'no file that this master writes looks like a gunicorn log';
}

function denied(what: string, reading: {readonly by: string}): SourceState {
  const unlock = unlockOf(reading);
  return {
    id: 'log',
    state: 'denied',
    why: `${what} closed to us by ${reading.by}`,
    ...(unlock !== undefined && {unlock}),
  };
}

function withoutLog({written, refusal}: LogFacts): SourceState {
  if (refusal?.kind === 'denied') return denied('the log file is', refusal);

  switch (written.kind) {
    case 'ok':
      return {id: 'log', state: 'unsupported', why: whereItGoes(written.value.standardError), unlock: toFile};
    case 'gone':
      return {id: 'log', state: 'failed', why: 'the master was gone before its log was found'};
    case 'denied':
      return denied("the master's open files are", written);
    case 'unsupported':
    case 'failed':
      return {id: 'log', state: written.kind, why: written.why};
  }
}

/** A log that comes out of the journal, whose silence proves nothing. */
export const logFromJournal: SourceState = {
  id: 'log',
  state: 'partly',
  why: 'it is read from the journal, which may leave lines out',
};

/** The same log where the journal is closed to us: that is what stands in the way, and not that it is no file. */
export function logBehindJournal(log: SourceState, journal: SourceState): SourceState {
  if (log.state !== 'unsupported' || journal.state !== 'denied') return log;

  const {unlock} = journal;
  return {
    id: 'log',
    state: 'denied',
    why: `gunicorn logs to the journal, and ${journal.why ?? 'that is closed to us'}`,
    ...(unlock !== undefined && {unlock}),
  };
}

/** Standard error in a file is where gunicorn logs unless told otherwise, also while it has nothing to say. */
function isErrorLog(reader: LogReader): boolean {
  return reader.hasHeaders() || reader.hasMessages() || reader.written.fd === 2;
}

export function logState(facts: LogFacts): SourceState {
  const {readers, skippedBytes, readsSinceSkip} = facts;
  if (!readers.some((reader) => isErrorLog(reader))) {
    const hasAccess = readers.some((reader) => reader.accessCarriesPid() !== undefined);
    return hasAccess ? {...withoutLog(facts), state: 'partly'} : withoutLog(facts);
  }

  if (readsSinceSkip > skippingShownReads) return {id: 'log', state: 'ok'};

  const megabytes = (skippedBytes / 1e6).toFixed(1);
  return {id: 'log', state: 'partly', why: `${megabytes} MB were passed over: it grows faster than it is read`};
}
