import type {WorkerRow} from '../../snapshot.js';
import {formatClock} from '../format.js';
import {cut, cutLine, selectedLine, span, spread, type Line, type Span} from '../line.js';
import type {Sort} from '../ui-state/row-order.js';
import {columnGap, placeColumns, type PlacedColumn} from './place-columns.js';
import {isOld, type CellContext} from './worker-cells.js';
import {totalCell} from './worker-totals.js';

export type WorkerTable = {
  /** In their order; only those in the window are drawn. */
  readonly rows: readonly WorkerRow[];
  readonly selectedId: string | undefined;
  /** Whether the keys move here. */
  readonly focused: boolean;
  /** How many rows the filter hides. */
  readonly hiddenCount: number;
  readonly sort: Sort | undefined;
  /** Whether the selection goes with the place of its worker. */
  readonly following: boolean;
  /** Whether a row sums up all of them. */
  readonly totals: boolean;
  /** What to say instead of rows while there are none. */
  readonly emptyText: string;
  readonly context: CellContext;
};

/** A frozen header, the sums below it where they are wanted, and at most `height` rows, from the row `from` on. */
export function workerTableLines(table: WorkerTable, width: number, height: number, from = 0): readonly Line[] {
  const {rows, selectedId} = table;
  const context = {...table.context, generation: Math.max(...rows.map(({generation}) => generation))};
  const columns = placeColumns(width, rows);
  const window = rows.slice(from, from + height);
  const header = headerLine(columns, notes(table, from, height), width);
  if (rows.length === 0) {
    return [header, cutLine([span(`   ${table.emptyText}`, 'quiet')], width)];
  }
  return [
    header,
    ...(table.totals ? [totalsLine(columns, rows, width)] : []),
    ...window.map((row) => {
      const line = rowLine(row, columns, context, width, row.id === selectedId);
      return row.id === selectedId && table.focused ? selectedLine(line, width) : line;
    }),
  ];
}

/** The headers, and at the right the longest text that leaves all of them to be read, the last one's excepted. */
function headerLine(columns: readonly PlacedColumn[], texts: readonly string[], width: number): Line {
  const cells = columns.map(({column, width: cellWidth}) => align(column.header, cellWidth, column.align));
  const headers = (shown: readonly string[]) => ` ${shown.join(' '.repeat(columnGap))}`.trimEnd();
  const all = headers(cells);
  const butLast = headers(cells.slice(0, -1));
  const fits = (left: string) => texts.find((text) => left.length + columnGap + text.length + 1 <= width);
  const last = columns.at(-1)?.column.align === 'left' ? all : butLast;
  const text = fits(last);
  return text === undefined
    ? cutLine([span(all, 'quiet')], width)
    : spread([span(last, 'quiet')], [span(`${text} `, 'quiet')], width);
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
  return cutLine([markOf(row, marked), ...spans], width);
}

function totalsLine(columns: readonly PlacedColumn[], rows: readonly WorkerRow[], width: number): Line {
  const spans = columns.flatMap(({column, width: cellWidth}, index): readonly Span[] => {
    const cell = totalCell(column.id, rows);
    const text = align(cell.text, cellWidth, column.align);
    return [span(index === 0 ? ' ' : ' '.repeat(columnGap)), span(text, cell.tone)];
  });
  return cutLine(spans, width);
}

/** What is new or gone is marked for some seconds, so that the eye finds what has changed. */
const newForSeconds = 10;

function markOf(row: WorkerRow, marked: boolean): Span {
  if (marked) {
    return span('▸', 'strong');
  }
  if (row.ended !== undefined) {
    return span('-', 'quiet');
  }
  return row.ageSeconds < newForSeconds ? span('+', 'info') : span(' ');
}

function align(text: string, width: number, side: 'left' | 'right'): string {
  const shown = cut(text, width);
  return side === 'left' ? shown.padEnd(width) : shown.padStart(width);
}

/**
 * What the header says of the rows, longest first: "1–20 of 64 · 2 stuck below". Where the window stands, what must not
 * be missed outside of it, how the rows are ordered and how many are hidden.
 */
function notes(
  {rows, hiddenCount, sort, following, context}: WorkerTable,
  from: number,
  height: number,
): readonly string[] {
  const to = Math.min(rows.length, from + height);
  const place = rows.length > height ? [`${from + 1}–${to} of ${rows.length}`] : [];
  const above = countStuck(rows.slice(0, from));
  const below = countStuck(rows.slice(to));
  const newest = Math.max(...rows.map(({generation}) => generation));
  const old = rows.filter((row) => isOld(row, newest)).length;
  const before = old === 0 ? [] : [`${old} pre-reload`];
  const follow = following ? ['following'] : [];
  const hidden = hiddenCount === 0 ? [] : [`${hiddenCount} hidden`];
  const order = sort === undefined ? [] : [`by ${sort.key}${sort.reversed ? ' reversed' : ''}`];
  const sorted = order.map((text) => `sorted ${text}`);
  const orderAt = sorted.map((text) => `${text} at ${formatClock(sort?.atMs ?? 0, context.offsetMinutes)}`);
  const stuck = [...(above === 0 ? [] : [`${above} stuck above`]), ...(below === 0 ? [] : [`${below} stuck below`])];
  const short = [...(above === 0 ? [] : [`↑${above} stuck`]), ...(below === 0 ? [] : [`↓${below} stuck`])];
  return [
    [...place, ...stuck, ...before, ...follow, ...orderAt, ...hidden.map((text) => `${text} by the filter`)],
    [...place, ...stuck, ...before, ...follow, ...sorted, ...hidden],
    [...place, ...stuck, ...follow, ...sorted, ...hidden],
    [...place, ...stuck, ...order, ...hidden],
    [...place, ...short, ...order, ...hidden],
    [...short, ...order, ...hidden],
    [...short, ...hidden],
    short,
    place,
  ]
    .map((parts) => parts.join(' · '))
    .filter((text) => text !== '');
}

function countStuck(rows: readonly WorkerRow[]): number {
  return rows.filter((row) => row.state === 'stuck').length;
}
