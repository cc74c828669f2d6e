import type {MasterEventKind, Restart, Snapshot} from '../../snapshot.js';
import {formatCount, formatMoment} from '../format.js';
import {fitParts} from '../fit-parts.js';
import {cutLine, lineWidth, rule, selectedLine, span, type Line} from '../line.js';
import {isUnclear, loopRate} from '../ui-state/fold-loops.js';
import {timeOf, type RestartRow} from '../ui-state/selection.js';
import {causeTone, doubtedCause, whyText} from './restart-words.js';

export type RestartList = {
  readonly snapshot: Snapshot;
  /** Those shown, newest first. */
  readonly rows: readonly RestartRow[];
  readonly selectedId: string | undefined;
  readonly focused: boolean;
  /** What hides restarts, in words: "faults only", "filter: checkout". */
  readonly narrowedBy: readonly string[];
  readonly nowMs: number;
  readonly offsetMinutes: number;
};

const eventWords: Readonly<Record<MasterEventKind, string>> = {
  reload: 'was told to reload',
  upgrade: 'started its successor',
  scaled: 'changed its number of workers',
  ended: 'ended',
  lost: 'died',
  'gave-up': 'gave up: a worker failed to boot',
  back: 'is back',
};

/** As wide as nearly all causes are: the whys must not move aside for each new cause. */
const leastCauseWidth = 'max-requests'.length;

/** What says something of why: "ModuleNotFoundError: stripe". */
const leastWhyWidth = 24;

/** A worker that has just died has no verdict yet, and so no row here. */
function nobodyText({workers}: Snapshot): string {
  const dead = workers.filter(({state}) => state === 'dead').length;
  if (dead === 0) return 'no worker has gone away while gunspect watched';
  return dead === 1 ? '1 worker has ended, and why follows' : `${dead} workers have ended, and why follows`;
}

/** A frozen title and at most `height` rows, from the row `from` on. */
export function restartListLines(list: RestartList, width: number, height: number, from = 0): readonly Line[] {
  const {rows} = list;
  const right = placeText(from, rows.length - from - height);
  const title = rule(titleLine(list, width - lineWidth(right)), right, width);
  if (rows.length === 0) {
    const text =
      list.narrowedBy.length > 0 ? `all hidden by ${list.narrowedBy.join(' and ')}` : nobodyText(list.snapshot);
    return [title, cutLine([span(`   ${text}`, 'quiet')], width)];
  }
  const causeWidth = Math.max(
    ...list.snapshot.restarts.map((restart) => doubtedCause(restart).length),
    leastCauseWidth,
  );
  const times = rows.map((row) => formatMoment(timeOf(row), list.nowMs, list.offsetMinutes));
  const timeWidth = Math.max(...times.map((time) => time.length));
  const window = rows.slice(from, from + height);
  return [
    title,
    ...window.map((row, index) => {
      const time = (times[from + index] ?? '').padEnd(timeWidth);
      if (row.kind === 'event') {
        return eventLine(row, time, list, width);
      }
      const marked = row.restart.id === list.selectedId;
      const line = restartLine({...row, befores: loopTexts(row.loop, list)}, marked, time, causeWidth, width);
      return marked && list.focused ? selectedLine(line, width) : line;
    }),
  ];
}

/** What stands outside of the window: "2 newer above · 4 more below". */
function placeText(above: number, below: number): Line {
  const texts = [...(above > 0 ? [`${above} newer above`] : []), ...(below > 0 ? [`${below} more below`] : [])];
  return texts.length === 0 ? [] : [span(texts.join(' · '), 'quiet')];
}

function titleLine({snapshot, narrowedBy}: RestartList, width: number): Line {
  const {restarts, missed, bootLoop} = snapshot;
  const faults = restarts.filter((restart) => restart.expected === false).length;
  const expected = restarts.filter((restart) => restart.expected === true).length;
  const open = restarts.length - faults - expected;
  const unseen = missed.reduce((sum, {count}) => sum + count, 0);
  const atLeast = missed.some((some) => some.atLeast);
  const texts = [
    [1, narrowedBy.join(' · ')],
    [1, formatCount(restarts.length)],
    [2, bootLoop === undefined ? '' : bootLoopText(bootLoop)],
    [3, faults === 0 ? '' : `${faults} fault${faults === 1 ? '' : 's'}`],
    [5, expected === 0 ? '' : `${expected} expected`],
    [4, open === 0 ? '' : `${open} unclear`],
    [6, unseen === 0 ? '' : `${formatCount(unseen)}${atLeast ? '+' : ''} not seen`],
  ] as const;
  const parts = texts.filter(([, text]) => text !== '').map(([rank, text]) => ({rank, line: [span(text, 'quiet')]}));
  return [span('RESTARTS  ', 'strong'), ...fitParts(parts, span(' · ', 'quiet'), width - 'RESTARTS  '.length - 4)];
}

/** "38+ failed boots, 52 a minute". */
function bootLoopText({count, atLeast, perMinute}: NonNullable<Snapshot['bootLoop']>): string {
  const rate = perMinute === undefined ? '' : `, ${formatCount(perMinute)} a minute`;
  return `${formatCount(count)}${atLeast ? '+' : ''} failed boots${rate}`;
}

/** "×38, 52 a minute since 14:02:41 · ", before why, and less of it. */
function loopTexts(
  loop: readonly Restart[] | undefined,
  {snapshot, nowMs, offsetMinutes}: RestartList,
): readonly string[] {
  const oldest = loop?.at(-1);
  if (loop === undefined || oldest === undefined) {
    return [''];
  }
  // More of them than were seen are known: the title tells the rate of all.
  const isPart = (snapshot.bootLoop?.count ?? 0) > loop.length;
  const rate = isPart ? undefined : loopRate(loop);
  const often = rate === undefined ? '' : `, ${formatCount(rate)} a minute`;
  const unclear = loop.filter(isUnclear).length;
  const apart = unclear === 0 ? '' : ` (${unclear} unclear)`;
  const many = `×${loop.length}${isPart ? ' seen' : ''}`;
  return [`${many}${apart}${often} since ${formatMoment(oldest.atMs, nowMs, offsetMinutes)} · `, `${many} · `];
}

function restartLine(
  {restart, befores}: {readonly restart: Restart; readonly befores: readonly string[]},
  marked: boolean,
  time: string,
  causeWidth: number,
  width: number,
): Line {
  const quiet = restart.expected === true ? 'quiet' : undefined;
  const name = `#${restart.worker.pid}`.padEnd(6);
  const whyWidth = width - 1 - time.length - 1 - name.length - 1 - causeWidth - 2;
  // The title tells the rate too: what a loop fails of must have room.
  const before = befores.find((text) => whyWidth - text.length >= leastWhyWidth) ?? befores.at(-1) ?? '';
  return cutLine(
    [
      marked ? span('▸', 'strong') : span(' '),
      span(`${time} ${name} `, quiet),
      span(doubtedCause(restart).padEnd(causeWidth), causeTone(restart)),
      span(`  ${before}${whyText(restart, whyWidth - before.length)}`, quiet),
    ],
    width,
  );
}

type EventRow = Extract<RestartRow, {readonly kind: 'event'}>;

function eventLine({event, run}: EventRow, time: string, {nowMs, offsetMinutes}: RestartList, width: number): Line {
  const newest = `master ${event.pid} ${eventWords[event.event]}`;
  const oldest = run?.at(-1);
  if (run === undefined || oldest === undefined) {
    return cutLine([span(` ${time} ${newest}`, 'info')], width);
  }
  const masters = new Set(run.map(({pid}) => pid)).size;
  const since = formatMoment(oldest.atMs, nowMs, offsetMinutes);
  return cutLine([span(` ${time} ${masters} masters came and went since ${since} · ${newest}`, 'info')], width);
}
