/**
 * The columns of the worker table, as one table. On a narrow terminal the columns that matter least go first: a column
 * needs its `minTerminalWidth`, and of what is left the highest `rank` goes until the rest fits.
 */
import type {WorkerRow, WorkerState} from '../../snapshot.js';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatPercent,
  formatRate,
  formatSeconds,
  unknownText,
} from '../format.js';
import {heartbeatBar} from '../heartbeat-bar.js';
import {span, type Span} from '../line.js';
import {scaleOfGrowth, sparkline} from '../sparkline.js';
import type {Tone} from '../theme.js';

export type ColumnId =
  'pid' | 'age' | 'state' | 'heartbeat' | 'requests' | 'rate' | 'cpu' | 'rss' | 'trend' | 'generation' | 'now';

/** What a cell needs beside its row. */
export type CellContext = {
  readonly timeoutSeconds: number | undefined;
  /** East of UTC, minutes. */
  readonly offsetMinutes: number;
};

export type Column = {
  readonly id: ColumnId;
  readonly header: string;
  /** In words, where a worker is shown alone. */
  readonly name: string;
  readonly width: number;
  readonly minTerminalWidth: number;
  readonly rank: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: WorkerRow, width: number, context: CellContext) => Span;
};

const stateTones: Readonly<Partial<Record<WorkerState, Tone>>> = {
  booting: 'info',
  'hung-boot': 'bad',
  stuck: 'bad',
  draining: 'info',
  stopped: 'warn',
  orphan: 'warn',
  dead: 'quiet',
};

/** "27/30s" beside a bar; "kill in 3s" where the master is about to; for a dead worker its cause. */
function heartbeatCell(row: WorkerRow, width: number, {timeoutSeconds}: CellContext): Span {
  if (row.ended !== undefined) {
    return span(row.ended.cause ?? 'cause open', 'quiet');
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
  const text =
    row.killInSeconds === undefined
      ? `${seconds}/${timeoutSeconds}s`
      : `kill in ${Math.max(0, Math.ceil(row.killInSeconds))}s`;
  const textWidth = Math.max('kill in 30s'.length, `${timeoutSeconds}/${timeoutSeconds}s`.length);
  return span(heartbeatBar(age, timeoutSeconds, width - textWidth) + text.padStart(textWidth), tone);
}

const kindWords: Readonly<Record<WorkerRow['kind'], string>> = {
  worker: '',
  undecided: '',
  dirty: 'dirty pool · ',
  successor: 'new master · ',
  other: 'child of the app · ',
};

function nowText(row: WorkerRow, {offsetMinutes}: CellContext): string {
  if (row.ended !== undefined) {
    return `ended ${formatClock(row.ended.atMs, offsetMinutes)}`;
  }
  const {method, path, ageSeconds} = row.request ?? {};
  const request = [method, path, ageSeconds === undefined ? undefined : formatSeconds(ageSeconds)]
    .filter((part) => part !== undefined)
    .join(' ');
  return `${kindWords[row.kind]}${request === '' ? row.now : `${request} · ${row.now}`}`;
}

const text = (of: (row: WorkerRow) => string) => (row: WorkerRow) => span(of(row));

export const workerColumns: readonly Column[] = [
  {
    id: 'pid',
    header: 'PID',
    name: 'pid',
    width: 7,
    minTerminalWidth: 0,
    rank: 1,
    align: 'right',
    cell: text((row) => String(row.pid)),
  },
  {
    id: 'age',
    header: 'AGE',
    name: 'age',
    width: 9,
    minTerminalWidth: 0,
    rank: 3,
    align: 'right',
    cell: text((row) => formatAge(row.ageSeconds)),
  },
  {
    id: 'state',
    header: 'STATE',
    name: 'state',
    width: 9,
    minTerminalWidth: 0,
    rank: 2,
    align: 'left',
    cell: (row) => span(row.state, stateTones[row.state]),
  },
  {
    id: 'heartbeat',
    header: 'HEARTBEAT',
    name: 'heartbeat',
    width: 18,
    minTerminalWidth: 0,
    rank: 4,
    align: 'left',
    cell: heartbeatCell,
  },
  {
    id: 'requests',
    header: 'REQS',
    name: 'requests begun',
    width: 7,
    minTerminalWidth: 90,
    rank: 7,
    align: 'right',
    cell: text((row) => formatCount(row.requests?.count)),
  },
  {
    id: 'rate',
    header: 'REQ/S',
    name: 'requests a second',
    width: 5,
    minTerminalWidth: 110,
    rank: 9,
    align: 'right',
    cell: text((row) => formatRate(row.requestsPerSecond)),
  },
  {
    id: 'cpu',
    header: 'CPU',
    name: 'CPU, 100% is one core',
    width: 5,
    minTerminalWidth: 90,
    rank: 8,
    align: 'right',
    cell: text((row) => formatPercent(row.cpuPercent)),
  },
  {
    id: 'rss',
    header: 'RSS',
    name: 'memory (RSS)',
    width: 5,
    minTerminalWidth: 0,
    rank: 5,
    align: 'right',
    cell: text((row) => formatBytes(row.rssBytes)),
  },
  {
    id: 'trend',
    header: 'TREND',
    name: 'memory trend',
    width: 8,
    minTerminalWidth: 110,
    rank: 10,
    align: 'left',
    cell: (row, width) => span(sparkline(row.rssTrend, width, scaleOfGrowth(row.rssTrend)).padStart(width), 'info'),
  },
  {
    id: 'generation',
    header: 'GEN',
    name: 'generation',
    width: 3,
    minTerminalWidth: 130,
    rank: 11,
    align: 'right',
    cell: text((row) => String(row.generation)),
  },
  {
    id: 'now',
    header: 'NOW',
    name: 'now',
    width: 18,
    minTerminalWidth: 78,
    rank: 6,
    align: 'left',
    cell: (row, _width, context) => span(nowText(row, context)),
  },
];

export type PlacedColumn = {readonly column: Column; readonly width: number};

/** One column for the mark of the selected row. */
export const markWidth = 1;
export const columnGap = 2;

/** The columns that fit, in their order; the last takes what is left. */
export function placeColumns(terminalWidth: number): readonly PlacedColumn[] {
  let kept = workerColumns.filter((column) => column.minTerminalWidth <= terminalWidth);
  const used = () => kept.reduce((sum, column) => sum + column.width + columnGap, markWidth - columnGap);
  while (kept.length > 1 && used() > terminalWidth) {
    const worst = Math.max(...kept.map((column) => column.rank));
    kept = kept.filter((column) => column.rank !== worst);
  }
  const spare = Math.max(0, terminalWidth - used() - 1);
  const last = kept.at(-1);
  return kept.map((column) => ({
    column,
    width: column === last && column.align === 'left' ? column.width + spare : column.width,
  }));
}
