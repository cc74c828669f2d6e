import type {WorkerRow} from '../../snapshot.js';
import {formatCount} from '../format.js';
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
    ...labelled('forked', row.spawnReason === undefined ? '' : spawnWords[row.spawnReason], labelWidth, width),
    ...labelled('stack', (row.stack ?? []).join(' ← '), labelWidth, width),
  ];
}

/** Where the count comes from, and how far it is from the limit. */
function requestsNote({requests, maxRequests, requestsLeft}: WorkerRow): string | undefined {
  if (requests === undefined || maxRequests === undefined || requestsLeft === undefined) return requests?.source;
  return `${requests.source}; ${formatCount(requestsLeft)} left until it recycles at ${formatCount(maxRequests)}`;
}

const spawnWords: Readonly<Record<NonNullable<WorkerRow['spawnReason']>, string>> = {
  initial: 'when the master started',
  replacement: 'in the place of another',
  reload: 'by a reload (HUP)',
  'scale-up': 'as one worker more (TTIN)',
};
