/**
 * Reads the log of a service that logs to the journal of systemd, by `journalctl --output=json --follow` for its unit.
 *
 * The program is ended on every way out. What the journal leaves out or delays is not known (journald limits rates), so
 * its silence proves nothing: the state of the log says so.
 */
import {spawn} from 'node:child_process';
import type {AccessMatcher} from '../gunicorn/access-lines.js';
import {redact} from '../gunicorn/redact.js';
import type {Moment, Observation, ProcessId, Reading} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {readText} from './files.js';
import {createEntryQueue, entryAfter} from './journal-entries.js';
import {isJournalClosed} from './journal-files.js';
import {readAsLog} from './log-reader.js';
import {readDescriptor} from './procfs.js';
import {valueOf, type Owner} from './reading.js';
import {isUserUnit, unitOf} from './service-unit.js';
import type {SideSource} from './side-source.js';
import {stateOf} from './source-states.js';

export type Journal = SideSource & {
  /** Whether lines of the target come from it. */
  readonly isRead: () => boolean;
  /** Up to when it has been read, wall clock in microseconds: from there on the journal of the next master goes on. */
  readonly readUntilUs: () => number;
};

export type JournalOptions = {
  readonly root?: string;
  readonly owner?: Owner;
  /** Whether the system's journal may not be read. */
  readonly isClosed?: () => boolean;
  readonly at: Moment;
  /** Up to when it was read for the master before, as `readUntilUs` tells. */
  readonly readUntilUs?: number | undefined;
  readonly accessMatcher?: AccessMatcher | undefined;
};

/** Of one that is not complete yet, characters. */
const longestEntry = 262_144;

const closed: SourceState = {
  id: 'journal',
  state: 'denied',
  why: 'the journal is closed to us by its file modes',
  unlock: 'join the group systemd-journal, or run gunspect as root',
};

function whyItEnded(code: number | null, said: string): SourceState {
  if (/insufficient permissions|not seeing messages|permission denied/i.test(said)) return closed;

  const [first = ''] = said.trim().split('\n');
  const why =
    first === ''
      ? `journalctl ended with ${code ?? 'a signal'}`
      : `journalctl says: ${redact(first, {maxLength: 120})}`;
  return {id: 'journal', state: 'failed', why};
}

/** Where the lines of a master are asked for, as far as its standard error and its control groups tell. */
export type Asked = {
  readonly unit: string;
  readonly isOfUser: boolean;
  /** Whether it is sure to log there: not where its descriptors are closed to us. */
  readonly isSure: boolean;
};

/** The state that it stays in where there is nothing to ask. */
export function whomToAsk(
  standardError: Reading<string>,
  controlGroups: string,
  isClosed: () => boolean,
): Asked | SourceState {
  if (standardError.kind === 'gone')
    return {id: 'journal', state: 'failed', why: 'the master, or its standard error, was gone before it was looked at'};
  if (standardError.kind === 'ok' && !standardError.value.startsWith('socket:'))
    return {id: 'journal', state: 'unsupported', why: 'this master does not log to the journal'};
  if (standardError.kind !== 'ok' && standardError.kind !== 'denied') return stateOf('journal', standardError);

  const unit = unitOf(controlGroups);
  const isOfUser = isUserUnit(controlGroups);
  if (unit === undefined)
    return {id: 'journal', state: 'unsupported', why: 'the master is in no unit that the journal could be asked for'};
  // The journal of a user's own units is a file of its own, which journalctl finds.
  return !isOfUser && isClosed() ? closed : {unit, isOfUser, isSure: standardError.kind === 'ok'};
}

function silent(state: SourceState, readUntilUs: number): Journal {
  return {
    state: () => state,
    isRead: () => false,
    readUntilUs: () => readUntilUs,
    take: () => [],
    close: () => undefined,
  };
}

export function openJournal(id: ProcessId, options: JournalOptions): Journal {
  const {root = '/proc', owner, at, accessMatcher, isClosed = isJournalClosed} = options;
  const {readUntilUs = Math.round(at.wallMs * 1000)} = options;
  const controlGroups = valueOf(readText(`${root}/${id.pid}/cgroup`, 65_536)) ?? '';
  const asked = whomToAsk(readDescriptor(id.pid, 2, root, owner), controlGroups, isClosed);
  if ('state' in asked) return silent(asked, readUntilUs);

  const queue = createEntryQueue(readUntilUs);
  const reader = readAsLog(
    queue,
    {fd: 2, identity: 'journal', link: 'journal', sizeBytes: 0},
    {...(accessMatcher && {accessMatcher})},
  );
  let failure: SourceState | undefined;
  let isHeard = asked.isSure;
  let isOver = false;
  let said = '';
  let rest = '';

  const field = asked.isOfUser ? '_SYSTEMD_USER_UNIT' : '_SYSTEMD_UNIT';
  const since = `--since=@${(readUntilUs / 1e6).toFixed(6)}`;
  const child = spawn(
    'journalctl',
    ['--output=json', '--follow', '--no-pager', '--no-tail', since, `${field}=${asked.unit}`],
    {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, LC_ALL: 'C'}},
  );
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 2000);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-longestEntry);
    for (const line of lines) {
      const entry = entryAfter(readUntilUs, line);
      if (entry !== undefined) queue.add(entry);
    }
  });
  child.on('error', (error) => {
    const isMissing = 'code' in error && error.code === 'ENOENT';
    failure = isMissing
      ? {id: 'journal', state: 'unsupported', why: 'there is no journalctl on this machine'}
      : {id: 'journal', state: 'failed', why: 'journalctl could not be started'};
  });
  child.on('close', (code) => {
    process.off('exit', kill);
    if (!isOver) failure ??= whyItEnded(code, said);
  });

  return {
    state: () => failure ?? (isHeard ? {id: 'journal', state: 'ok'} : unheard),
    isRead: () => isHeard && failure === undefined,
    readUntilUs: () => queue.position(),
    take: (now) => {
      const counts = new Map<number, number>();
      const {events} = reader.read(counts);
      isHeard ||= events.length > 0;
      const requests = [...counts].map(([pid, count]) => ({pid, count}));
      return [
        ...events.map((event): Observation => ({kind: 'log', at: now, event})),
        ...(requests.length > 0 ? [{kind: 'access' as const, at: now, requests}] : []),
      ];
    },
    close: () => {
      isOver = true;
      kill();
    },
  };
}

/** Of a master whose descriptors are closed to us nobody knows where it logs, until the journal has a line of it. */
const unheard: SourceState = {
  id: 'journal',
  state: 'partly',
  why: 'whether this master logs to it is closed to us, and no line of it was seen yet',
};
