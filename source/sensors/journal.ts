/**
 * Reads the log of a service that logs to the journal of systemd, by `journalctl --output=json --follow` for its unit.
 *
 * The program is ended on every way out. What the journal leaves out or delays is not known (journald limits rates), so
 * its silence proves nothing: the state of the log says so.
 */
import {spawn} from 'node:child_process';
import type {AccessMatcher} from '../gunicorn/access-lines.js';
import {parseJsonLine} from '../gunicorn/log-transport.js';
import {redact} from '../gunicorn/redact.js';
import type {Moment, Observation, ProcessId, SourceState} from '../observation.js';
import {readText} from './files.js';
import type {FollowedFile} from './log-follow.js';
import {readAsLog} from './log-reader.js';
import {readDescriptor} from './procfs.js';
import {valueOf} from './reading.js';
import {isUserUnit, unitOf} from './service-unit.js';
import type {SideSource} from './side-source.js';

export type Journal = SideSource & {
  /** Whether lines of the target come from it. */
  readonly isRead: () => boolean;
};

export type JournalOptions = {
  readonly root?: string;
  readonly at: Moment;
  readonly accessMatcher?: AccessMatcher | undefined;
};

const mostWaitingLines = 5000;
const longestLine = 65_536;

/** One entry as the line that the log parser knows; undefined for one from before the attach, and for no entry. */
export function entryLine(line: string, sinceWallMs: number): string | undefined {
  const entry = parseJsonLine(line);
  if (entry === undefined || Number(entry['__REALTIME_TIMESTAMP']) < sinceWallMs * 1000) return undefined;

  const message = entry['MESSAGE'];
  if (typeof message === 'string') return line;
  // What is no UTF-8 or has control characters comes as a list of bytes, and what is too long as null.
  return Array.isArray(message) && message.every((byte) => Number.isInteger(byte))
    ? JSON.stringify({...entry, MESSAGE: Buffer.from(message).toString('utf8')})
    : undefined;
}

/** Lines that wait for the next tick. */
function createQueue(): FollowedFile & {readonly add: (line: string) => void} {
  let lines: string[] = [];
  let dropped = 0;
  return {
    add: (line) => {
      if (lines.length < mostWaitingLines) lines.push(line);
      else dropped += line.length;
    },
    read: () => {
      const value = {lines, skippedBytes: dropped};
      lines = [];
      dropped = 0;
      return {kind: 'ok', value};
    },
    position: () => 0,
    readBack: () => [],
    close: () => undefined,
  };
}

function whyItEnded(code: number | null, said: string): SourceState {
  if (/insufficient permissions|not seeing messages|permission denied/i.test(said)) {
    const unlock = 'join the group systemd-journal, or run gunspect as root';
    return {id: 'journal', state: 'denied', why: 'the journal is closed to us by its file modes', unlock};
  }
  const [first = ''] = said.trim().split('\n');
  const why =
    first === ''
      ? `journalctl ended with ${code ?? 'a signal'}`
      : `journalctl says: ${redact(first, {maxLength: 120})}`;
  return {id: 'journal', state: 'failed', why};
}

export function openJournal(id: ProcessId, options: JournalOptions): Journal {
  const {root = '/proc', at, accessMatcher} = options;
  const standardError = readDescriptor(id.pid, 2, root);
  const controlGroups = valueOf(readText(`${root}/${id.pid}/cgroup`, 65_536)) ?? '';
  const unit = unitOf(controlGroups);
  if (standardError?.startsWith('socket:') !== true || unit === undefined) {
    const why = standardError?.startsWith('socket:')
      ? 'the master is in no unit that the journal could be asked for'
      : 'this master does not log to the journal';
    return {
      state: () => ({id: 'journal', state: 'unsupported', why}),
      isRead: () => false,
      take: () => [],
      close: () => undefined,
    };
  }

  const queue = createQueue();
  const reader = readAsLog(
    queue,
    {fd: 2, identity: 'journal', link: 'journal', sizeBytes: 0},
    {...(accessMatcher && {accessMatcher})},
  );
  let state: SourceState = {id: 'journal', state: 'ok'};
  let isClosed = false;
  let said = '';
  let rest = '';

  const field = isUserUnit(controlGroups) ? '_SYSTEMD_USER_UNIT' : '_SYSTEMD_UNIT';
  const child = spawn('journalctl', ['--output=json', '--follow', '--no-pager', '--lines=0', `${field}=${unit}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, LC_ALL: 'C'},
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 2000);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-longestLine * 4);
    for (const line of lines) {
      const entry = entryLine(line, at.wallMs);
      if (entry !== undefined) queue.add(entry);
    }
  });
  child.on('error', (error) => {
    const isMissing = 'code' in error && error.code === 'ENOENT';
    state = isMissing
      ? {id: 'journal', state: 'unsupported', why: 'there is no journalctl on this machine'}
      : {id: 'journal', state: 'failed', why: 'journalctl could not be started'};
  });
  child.on('close', (code) => {
    process.off('exit', kill);
    if (!isClosed && state.state === 'ok') state = whyItEnded(code, said);
  });

  return {
    state: () => state,
    isRead: () => state.state === 'ok',
    take: (now) => {
      const counts = new Map<number, number>();
      const {events} = reader.read(counts);
      const requests = [...counts].map(([pid, count]) => ({pid, count}));
      return [
        ...events.map((event): Observation => ({kind: 'log', at: now, event})),
        ...(requests.length > 0 ? [{kind: 'access' as const, at: now, requests}] : []),
      ];
    },
    close: () => {
      isClosed = true;
      kill();
    },
  };
}
