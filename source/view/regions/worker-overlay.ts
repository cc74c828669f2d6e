import type {WorkerRow} from '../../snapshot.js';
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
    requests: row.requests?.source,
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
  ];
}
