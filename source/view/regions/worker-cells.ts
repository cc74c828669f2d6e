/** The cells of the worker table that are more than a formatted number. */
import type {WorkerRow, WorkerState} from '../../snapshot.js';
import {formatClock, formatSeconds, unknownText} from '../format.js';
import {heartbeatBar} from '../heartbeat-bar.js';
import {span, type Span} from '../line.js';
import type {Tone} from '../theme.js';

/** What a cell needs beside its row. */
export type CellContext = {
  readonly timeoutSeconds: number | undefined;
  /** East of UTC, minutes. */
  readonly offsetMinutes: number;
  /** The newest there is. Who is of an older one was there before the last reload. */
  readonly generation?: number;
};

/** States in which a worker does not serve, the worst first. */
export const stuckWords: readonly WorkerState[] = ['stuck', 'stopped', 'hung-boot', 'orphan'];

const stateTones: Readonly<Partial<Record<WorkerState, Tone>>> = {
  booting: 'info',
  'hung-boot': 'bad',
  stuck: 'bad',
  draining: 'info',
  stopped: 'warn',
  orphan: 'warn',
  dead: 'quiet',
};

/** The state as its word. */
export function stateCell(row: WorkerRow): Span {
  return span(row.state, stateTones[row.state]);
}

/** "27/30s" beside a bar; "kill in 3s" or "kill due" where the master is about to; for a dead worker its cause. */
export function heartbeatCell(row: WorkerRow, width: number, {timeoutSeconds}: CellContext): Span {
  if (row.ended !== undefined) {
    return span(row.ended.cause ?? 'cause follows', 'quiet');
  }
  const age = row.heartbeatAgeSeconds;
  if (age === undefined) {
    return span(unknownText);
  }
  const tone = row.state === 'stuck' ? 'bad' : undefined;
  const seconds = Math.max(0, Math.floor(age));
  if (timeoutSeconds === undefined || timeoutSeconds === 0) {
    return span(`${seconds}s ago`, tone);
  }
  const text = row.killInSeconds === undefined ? `${seconds}/${timeoutSeconds}s` : killText(row.killInSeconds);
  const textWidth = Math.max('kill in 30s'.length, `${timeoutSeconds}/${timeoutSeconds}s`.length);
  return span(heartbeatBar(age, timeoutSeconds, width - textWidth) + text.padStart(textWidth), tone);
}

/** gunicorn looks once a second, so that a kill that is due may still be a moment away. */
function killText(seconds: number): string {
  return seconds > 0 ? `kill in ${Math.ceil(seconds)}s` : 'kill due';
}

const kindWords: Readonly<Record<WorkerRow['kind'], string>> = {
  worker: '',
  undecided: '',
  dirty: 'dirty pool · ',
  successor: 'new master · ',
  other: 'child of the app · ',
};

/** Whether it lives and was forked before the last reload: with the code and the settings of that time. */
export function isOld({generation, kind, ended}: WorkerRow, newest: number | undefined): boolean {
  return newest !== undefined && generation < newest && kind !== 'dirty' && ended === undefined;
}

/**
 * What the worker does now: its request and how long it takes, what it waits for, and where its code stands. Behind a
 * request only whole parts are shown: half an address is nothing to read.
 */
export function nowCell(row: WorkerRow, width: number, {offsetMinutes, generation}: CellContext): Span {
  if (row.ended !== undefined) {
    return span(`ended ${formatClock(row.ended.atMs, offsetMinutes)}`);
  }
  const {method, path, ageSeconds} = row.request ?? {};
  const request = [method, path, ageSeconds === undefined ? undefined : formatSeconds(ageSeconds).replace(' ', '')]
    .filter((part) => part !== undefined)
    .join(' ');
  const old = isOld(row, generation) ? 'pre-reload · ' : '';
  const others = row.inFlight === undefined || row.inFlight < 2 ? undefined : `oldest of ${row.inFlight}`;
  // That it works is said by its having a request.
  const waits = request !== '' && row.now === 'working' ? undefined : row.now;
  const before = `${kindWords[row.kind]}${old}`;
  const all = [request, others, waits, row.stack?.[0]].filter((part) => part !== undefined && part !== '');
  const texts = all.map((_, index) => before + all.slice(0, all.length - index).join(' · '));
  // That it is of before the reload its generation says too.
  const least = [...texts.slice(-1), `${kindWords[row.kind]}${all[0] ?? ''}`];
  return span([...texts, ...least].find((text) => text.length <= width) ?? least.at(-1) ?? '');
}
