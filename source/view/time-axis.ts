/**
 * One axis of time for everything that is drawn over it, newest at the right: ten minutes, or as much of them as has
 * been watched, in four steps.
 *
 * A column is a fixed stretch of the wall clock and not so many seconds before now: the picture moves by one column when
 * a stretch is over, and stands still between.
 */

/** How long an axis can be. */
const lengthsSeconds = [60, 120, 300, 600] as const;
export type AxisSeconds = (typeof lengthsSeconds)[number];

/** The shortest axis that reaches back so many seconds, else the longest. */
export function axisReaching(seconds: number): AxisSeconds {
  return lengthsSeconds.find((length) => length >= seconds) ?? 600;
}

export type TimeAxis = {
  readonly seconds: AxisSeconds;
  readonly columns: number;
  /** What one column stands for, milliseconds. */
  readonly columnMs: number;
  /** Wall clock at the right end, milliseconds. */
  readonly nowMs: number;
};

/** The axis in at most `width` columns of whole seconds. */
export function timeAxis(nowMs: number, width: number, seconds: AxisSeconds): TimeAxis {
  const columnSeconds = Math.max(1, Math.ceil(seconds / Math.max(1, width)));
  return {seconds, columns: Math.ceil(seconds / columnSeconds), columnMs: columnSeconds * 1000, nowMs};
}

/** The column of a moment, 0 at the left; undefined where the axis does not reach. */
export function columnOf({columns, columnMs, nowMs}: TimeAxis, wallMs: number): number | undefined {
  const column = columns - 1 - (Math.floor(nowMs / columnMs) - Math.floor(wallMs / columnMs));
  return column >= 0 && column < columns ? column : undefined;
}

/**
 * The largest value of each column, undefined where there is none. `values` are one a second, oldest first, the last of
 * them from `endMs`: of a spike the top is what counts.
 */
export function columnTops(
  values: readonly number[],
  endMs: number,
  axis: TimeAxis,
): ReadonlyArray<number | undefined> {
  const tops: Array<number | undefined> = Array.from({length: axis.columns}, () => undefined);
  for (const [index, value] of values.entries()) {
    const column = columnOf(axis, endMs - (values.length - 1 - index) * 1000);
    if (column !== undefined) {
      tops[column] = Math.max(tops[column] ?? value, value);
    }
  }
  return tops;
}
