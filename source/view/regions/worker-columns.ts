/**
 * The columns of the worker table, as one table. On a narrow terminal the columns that matter least go first: a column
 * needs its `minTerminalWidth`, and of what is left the highest `rank` goes until the rest fits.
 */
import type {WorkerRow} from '../../snapshot.js';
import {formatAge, formatBytes, formatPercent, formatRate, formatShortCount} from '../format.js';
import {span, type Span} from '../line.js';
import {scaleOfGrowth, sparkline} from '../sparkline.js';
import {heartbeatCell, nowCell, stateCell, type CellContext} from './worker-cells.js';

export type ColumnId =
  'pid' | 'age' | 'state' | 'heartbeat' | 'requests' | 'rate' | 'cpu' | 'rss' | 'trend' | 'generation' | 'now';

export type Column = {
  readonly id: ColumnId;
  readonly header: string;
  /** In words, where a worker is shown alone. */
  readonly name: string;
  readonly width: number;
  /** On terminals that have room to spare. */
  readonly wideWidth?: number;
  readonly minTerminalWidth: number;
  readonly rank: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: WorkerRow, width: number, context: CellContext) => Span;
};

/** A curve where there is one; what is flat takes neither the eye nor the bytes of a colour. */
function trendCell({rssTrend}: WorkerRow, width: number): Span {
  const drawn = sparkline(rssTrend, width, scaleOfGrowth(rssTrend));
  return span(drawn.padStart(width), new Set(drawn).size > 1 ? 'curve' : 'quiet');
}

const text = (of: (row: WorkerRow) => string) => (row: WorkerRow) => span(of(row));

export const workerColumns: readonly Column[] = [
  {
    id: 'pid',
    header: 'PID',
    name: 'pid',
    width: 5,
    minTerminalWidth: 0,
    rank: 1,
    align: 'right',
    cell: text((row) => String(row.pid)),
  },
  {
    id: 'age',
    header: 'AGE',
    name: 'age',
    width: 8,
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
    cell: stateCell,
  },
  {
    id: 'heartbeat',
    header: 'HEARTBEAT',
    name: 'heartbeat',
    width: 18,
    wideWidth: 31,
    minTerminalWidth: 0,
    rank: 4,
    align: 'left',
    cell: heartbeatCell,
  },
  {
    id: 'requests',
    header: 'REQS',
    name: 'requests begun',
    width: 6,
    minTerminalWidth: 90,
    rank: 7,
    align: 'right',
    cell: text((row) => formatShortCount(row.requests?.count)),
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
    // A process in its exit has given its memory back; what it held before is of interest.
    cell: text((row) => formatBytes(row.ended === undefined ? row.rssBytes : row.rssBytes || row.rssTrend.at(-1))),
  },
  {
    id: 'trend',
    header: 'TREND',
    name: 'memory trend',
    width: 6,
    wideWidth: 20,
    minTerminalWidth: 116,
    rank: 11,
    align: 'left',
    cell: trendCell,
  },
  {
    id: 'generation',
    header: 'GEN',
    name: 'generation',
    width: 3,
    minTerminalWidth: 100,
    rank: 10,
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
    cell: nowCell,
  },
];
