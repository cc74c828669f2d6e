import type {MasterEvent, MasterEventKind, Restart, Snapshot} from '../../snapshot.js';
import {formatClock, formatCount} from '../format.js';
import {cutLine, selectedLine, span, spread, type Line} from '../line.js';
import {scrollTo} from '../ui-state/scroll.js';
import {causeTone, whyText} from './restart-words.js';

export type RestartList = {
  readonly snapshot: Snapshot;
  /** Those shown, newest first. */
  readonly restarts: readonly Restart[];
  readonly selectedId: string | undefined;
  readonly focused: boolean;
  readonly offset: number;
  /** What hides restarts, in words: "faults only", "filter: checkout". */
  readonly narrowedBy: readonly string[];
  readonly offsetMinutes: number;
};

type Row =
  {readonly kind: 'restart'; readonly restart: Restart} | {readonly kind: 'event'; readonly event: MasterEvent};

const eventWords: Readonly<Record<MasterEventKind, string>> = {
  reload: 'was told to reload',
  upgrade: 'started its successor',
  scaled: 'changed its number of workers',
  ended: 'ended',
  lost: 'died',
  'gave-up': 'gave up: a worker failed to boot',
  back: 'is back',
};

/** Restarts and what happened to the master between them, newest first. Events are left out while something is narrowed. */
export function restartRows(list: Pick<RestartList, 'snapshot' | 'restarts' | 'narrowedBy'>): readonly Row[] {
  const restarts = list.restarts.map((restart): Row => ({kind: 'restart', restart}));
  if (list.narrowedBy.length > 0) {
    return restarts;
  }
  const events = list.snapshot.masterEvents.map((event): Row => ({kind: 'event', event}));
  return [...restarts, ...events].toSorted((left, right) => timeOf(right) - timeOf(left));
}

function timeOf(row: Row): number {
  return row.kind === 'restart' ? row.restart.atMs : row.event.atMs;
}

/** A frozen title and at most `height` rows. */
export function restartListLines(list: RestartList, width: number, height: number): readonly Line[] {
  const rows = restartRows(list);
  const selected = rows.findIndex((row) => row.kind === 'restart' && row.restart.id === list.selectedId);
  const from = scrollTo(list.offset, selected, height, rows.length);
  const below = rows.length - from - height;
  const title = spread(titleLine(list), below > 0 ? [span(` ${below} more below `, 'quiet')] : [], width);
  if (rows.length === 0) {
    const text =
      list.narrowedBy.length > 0 ? 'none of them is shown' : 'no worker has gone away while gunspect watched';
    return [title, cutLine([span(`   ${text}`, 'quiet')], width)];
  }
  const causeWidth = Math.max(...list.snapshot.restarts.map((restart) => restart.cause.length), 7);
  const window = rows.slice(from, from + height);
  return [
    title,
    ...window.map((row) => {
      if (row.kind === 'event') {
        return eventLine(row.event, list.offsetMinutes, width);
      }
      const marked = row.restart.id === list.selectedId;
      const line = restartLine(row.restart, marked, causeWidth, list.offsetMinutes, width);
      return marked && list.focused ? selectedLine(line, width) : line;
    }),
  ];
}

function titleLine({snapshot, narrowedBy}: RestartList): Line {
  const {restarts, missed, bootLoop} = snapshot;
  const faults = restarts.filter((restart) => restart.expected === false).length;
  const expected = restarts.filter((restart) => restart.expected === true).length;
  const open = restarts.length - faults - expected;
  const unseen = missed.reduce((sum, {count}) => sum + count, 0);
  const counts = [
    ...(faults === 0 ? [] : [`${faults} fault${faults === 1 ? '' : 's'}`]),
    ...(expected === 0 ? [] : [`${expected} expected`]),
    ...(open === 0 ? [] : [`${open} open`]),
    ...(unseen === 0
      ? []
      : [`${missed.some(({atLeast}) => atLeast) ? 'at least ' : ''}${formatCount(unseen)} not seen`]),
    ...(bootLoop === undefined ? [] : [bootLoopText(bootLoop)]),
    ...narrowedBy,
  ];
  return [span(' RESTARTS', 'strong'), span(`  ${[formatCount(restarts.length), ...counts].join(' · ')}`, 'quiet')];
}

function bootLoopText({count, atLeast, perMinute}: NonNullable<Snapshot['bootLoop']>): string {
  const rate = perMinute === undefined ? '' : `, ${formatCount(perMinute)} a minute`;
  return `boot loop: ${atLeast ? 'at least ' : ''}${formatCount(count)} failed boots${rate}`;
}

function restartLine(
  restart: Restart,
  marked: boolean,
  causeWidth: number,
  offsetMinutes: number,
  width: number,
): Line {
  const quiet = restart.expected === true ? 'quiet' : undefined;
  return cutLine(
    [
      span(marked ? '▸' : ' ', 'strong'),
      span(`${formatClock(restart.atMs, offsetMinutes)} ${`#${restart.worker.pid}`.padEnd(6)} `, quiet),
      span(restart.cause.padEnd(causeWidth), causeTone(restart)),
      span(`  ${whyText(restart)}`, quiet),
    ],
    width,
  );
}

function eventLine(event: MasterEvent, offsetMinutes: number, width: number): Line {
  const text = ` ${formatClock(event.atMs, offsetMinutes)} master ${event.pid} ${eventWords[event.event]}`;
  return cutLine([span(text, 'info')], width);
}
