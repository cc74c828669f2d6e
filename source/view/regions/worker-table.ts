import type {WorkerRow} from '../../snapshot.js';
import {cut, cutLine, lineText, selectedLine, span, spread, type Line, type Span} from '../line.js';
import {scrollTo} from '../ui-state/scroll.js';
import {columnGap, placeColumns, type CellContext, type PlacedColumn} from './worker-columns.js';

export type WorkerTable = {
  /** In their order; only those in the window are drawn. */
  readonly rows: readonly WorkerRow[];
  readonly selectedId: string | undefined;
  /** Whether the keys move here. */
  readonly focused: boolean;
  readonly offset: number;
  /** How many rows the filter hides. */
  readonly hiddenCount: number;
  /** What to say instead of rows while there are none. */
  readonly emptyText: string;
  readonly context: CellContext;
};

/** A frozen header and at most `height` rows. */
export function workerTableLines(table: WorkerTable, width: number, height: number): readonly Line[] {
  const {rows, selectedId, context} = table;
  const columns = placeColumns(width);
  const selected = rows.findIndex((row) => row.id === selectedId);
  const from = scrollTo(table.offset, table.focused ? selected : -1, height, rows.length);
  const window = rows.slice(from, from + height);
  const header = headerLine(columns, windowText(table, from, height), width);
  if (rows.length === 0) {
    return [header, cutLine([span(`   ${table.emptyText}`, 'quiet')], width)];
  }
  return [
    header,
    ...window.map((row) => {
      const line = rowLine(row, columns, context, width, row.id === selectedId);
      return row.id === selectedId && table.focused ? selectedLine(line, width) : line;
    }),
  ];
}

function headerLine(columns: readonly PlacedColumn[], right: string, width: number): Line {
  const cells = columns.map(({column, width: cellWidth}) => align(column.header, cellWidth, column.align));
  const left = lineText([span(` ${cells.join(' '.repeat(columnGap))}`)]);
  return spread([span(left, 'quiet')], right === '' ? [] : [span(right, 'quiet')], width);
}

function rowLine(
  row: WorkerRow,
  columns: readonly PlacedColumn[],
  context: CellContext,
  width: number,
  marked: boolean,
): Line {
  const dead = row.state === 'dead';
  const gap = ' '.repeat(columnGap);
  const spans = columns.flatMap(({column, width: cellWidth}, index): readonly Span[] => {
    const cell = column.cell(row, cellWidth, context);
    const text = align(cell.text, cellWidth, column.align);
    const tone = dead ? 'quiet' : cell.tone;
    return index === 0 ? [span(text, tone)] : [span(gap), span(text, tone)];
  });
  return cutLine([span(marked ? '▸' : ' ', 'strong'), ...spans], width);
}

function align(text: string, width: number, side: 'left' | 'right'): string {
  const shown = cut(text, width);
  return side === 'left' ? shown.padEnd(width) : shown.padStart(width);
}

/** "1–20 of 64 · 2 stuck below": where the window stands, and what must not be missed outside of it. */
function windowText({rows, hiddenCount}: WorkerTable, from: number, height: number): string {
  const hidden = hiddenCount === 0 ? [] : [`${hiddenCount} hidden by the filter`];
  if (rows.length <= height) {
    return hidden.join('');
  }
  const to = Math.min(rows.length, from + height);
  const above = countStuck(rows.slice(0, from));
  const below = countStuck(rows.slice(to));
  return [
    ` ${from + 1}–${to} of ${rows.length}`,
    ...(above === 0 ? [] : [`${above} stuck above`]),
    ...(below === 0 ? [] : [`${below} stuck below`]),
    ...hidden,
  ].join(' · ');
}

function countStuck(rows: readonly WorkerRow[]): number {
  return rows.filter((row) => row.state === 'stuck').length;
}
