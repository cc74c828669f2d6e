import type {WorkerRow} from '../../snapshot.js';
import {workerColumns, type Column} from './worker-columns.js';

/** A column and the width it has on this terminal. */
export type PlacedColumn = {readonly column: Column; readonly width: number};

/** One column for the mark of the selected row. */
export const markWidth = 1;
export const columnGap = 2;

const wideTerminal = 160;

/** The columns that fit, in their order; the last takes what is left. Generations are shown while there are several. */
export function placeColumns(terminalWidth: number, rows: readonly WorkerRow[]): readonly PlacedColumn[] {
  const severalGenerations = rows.some((row) => row.generation !== rows[0]?.generation);
  const pidWidth = Math.max(...rows.map((row) => String(row.pid).length), 0);
  let kept = workerColumns
    .filter((column) => column.minTerminalWidth <= terminalWidth && (column.id !== 'generation' || severalGenerations))
    .map((column) => {
      const wide = terminalWidth >= wideTerminal ? (column.wideWidth ?? column.width) : column.width;
      return {column, width: column.id === 'pid' ? Math.max(wide, pidWidth) : wide};
    });
  const used = () => kept.reduce((sum, {width}) => sum + width + columnGap, markWidth - columnGap);
  while (kept.length > 1 && used() > terminalWidth) {
    const worst = Math.max(...kept.map(({column}) => column.rank));
    kept = kept.filter(({column}) => column.rank !== worst);
  }
  const spare = Math.max(0, terminalWidth - used() - 1);
  return kept.map(({column, width}, index) => ({
    column,
    width: index === kept.length - 1 && column.align === 'left' ? width + spare : width,
  }));
}
