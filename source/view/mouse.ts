/**
 * The mouse, where it is wanted: what a terminal reports of it, and what lies under it.
 *
 * It is left to the terminal until somebody asks for it, for a terminal that reports its mouse marks no text.
 */
import type {Pane} from './ui-state/ui-state.js';

/** Presses, releases and the wheel, told in the SGR form (xterm's "ctlseqs": 1000 and 1006); and none of it. */
export const mouseWanted = '\u001B[?1000h\u001B[?1006h';
export const mouseUnwanted = '\u001B[?1006l\u001B[?1000l';

/** Columns and rows count from 0, at the top left of the terminal. */
export type MouseReport = {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
};

/** Undefined for what is no report, or one of no interest: a release, another button. */
export function mouseReportOf(input: string): MouseReport | undefined {
  // oxlint-disable-next-line no-control-regex -- a report begins with an escape
  const report = /^\u001B\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])$/.exec(input);
  if (report === null) return undefined;

  const [, button, column, row, end] = report;
  // Bits 2, 3 and 4 are the shift, alt and control keys.
  const kind = end === 'M' ? kinds.get(Number(button) & ~0b1_1100) : undefined;
  return kind && {kind, column: Number(column) - 1, row: Number(row) - 1};
}

const kinds: ReadonlyMap<number, MouseReport['kind']> = new Map([
  [0, 'press'],
  [64, 'wheel-up'],
  [65, 'wheel-down'],
]);

/** Where the rows of a pane stand, without its title. */
export type Place = {
  readonly row: number;
  readonly height: number;
  readonly column: number;
  readonly width: number;
};

/** What was done with the mouse, and on which line of which pane; of neither where it was elsewhere. */
export type MouseDone = Pick<MouseReport, 'kind'> & {readonly at?: {readonly pane: Pane; readonly line: number}};

/** `places` is undefined where no pane is to be seen. */
export function mouseDone(
  {kind, column, row}: MouseReport,
  places: Readonly<Record<Pane, Place>> | undefined,
): MouseDone {
  if (places === undefined) return {kind};

  for (const pane of ['workers', 'restarts'] as const) {
    const place = places[pane];
    const line = row - place.row;
    const isIn = line >= 0 && line < place.height && column >= place.column && column < place.column + place.width;
    if (isIn) return {kind, at: {pane, line}};
  }

  return {kind};
}
