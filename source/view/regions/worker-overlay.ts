import type {WorkerRow} from '../../snapshot.js';
import {formatAge, formatBytes, formatCount} from '../format.js';
import type {Line} from '../line.js';
import {labelled, title} from './labelled.js';
import type {CellContext} from './worker-cells.js';
import {workerColumns, type ColumnId} from './worker-columns.js';

const labelWidth = 22;
const cellWidths: Readonly<Partial<Record<ColumnId, number>>> = {heartbeat: 30, trend: 30};

/** One worker with every column, also those that a narrow terminal has no room for. */
export function workerOverlayLines(row: WorkerRow, context: CellContext, width: number): readonly Line[] {
  const textWidth = width - labelWidth - 2;
  const notes: Readonly<Partial<Record<ColumnId, string | undefined>>> = {
    pid: row.nsPid === undefined ? undefined : `${row.nsPid} in its container`,
    requests: requestsNote(row),
  };
  return [
    title(`WORKER ${row.pid}`, width),
    ...workerColumns.flatMap((column) => {
      const cell = column.cell(row, cellWidths[column.id] ?? textWidth, context);
      const note = notes[column.id];
      return labelled(
        column.name,
        `${cell.text}${note === undefined ? '' : ` (${note})`}`,
        labelWidth,
        width,
        cell.tone,
      );
    }),
    ...labelled('memory grows', growthNote(row), labelWidth, width),
    ...labelled(
      'memory, own share',
      row.pssBytes === undefined ? '' : `${formatBytes(row.pssBytes)} (PSS)`,
      labelWidth,
      width,
    ),
    ...labelled(
      'memory at most',
      row.peakRssBytes === undefined ? '' : formatBytes(row.peakRssBytes),
      labelWidth,
      width,
    ),
    ...labelled('forked', row.spawnReason === undefined ? '' : spawnWords[row.spawnReason], labelWidth, width),
    ...labelled('stack', (row.stack ?? []).join(' ← '), labelWidth, width),
  ];
}

/** Where the count comes from, and how far it is from the limit. */
function requestsNote({requests, maxRequests, requestsLeft}: WorkerRow): string | undefined {
  if (requests === undefined || maxRequests === undefined || requestsLeft === undefined) return requests?.source;
  return `${requests.source}; ${formatCount(requestsLeft)} left until it recycles at ${formatCount(maxRequests)}`;
}

/** Further ahead than this no line is worth drawing. */
const longestForecastSeconds = 24 * 3600;

/** "1.2M a second, 40K a request; the limit comes in about 14:10 if all workers go on so". */
function growthNote({growth, secondsToLimit}: WorkerRow): string {
  if (growth === undefined) return '';
  const {bytesPerSecond, bytesPerRequest} = growth;
  const each = bytesPerRequest === undefined ? '' : `, ${formatBytes(bytesPerRequest)} a request`;
  const isNear = secondsToLimit !== undefined && secondsToLimit < longestForecastSeconds;
  const limit = isNear ? `; at the limit in ${formatAge(secondsToLimit)} if all workers go on so` : '';
  return `${formatBytes(bytesPerSecond)} a second${each}${limit}`;
}

const spawnWords: Readonly<Record<NonNullable<WorkerRow['spawnReason']>, string>> = {
  initial: 'when the master started',
  replacement: 'in the place of another',
  reload: 'by a reload (HUP)',
  'scale-up': 'as one worker more (TTIN)',
};
