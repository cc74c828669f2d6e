/** The heights of a sparkline, lowest first. The full block is left out: it would touch the row above. */
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'] as const;

/** The values at the bottom and the top of the picture. */
export type Scale = {readonly low: number; readonly high: number};

/** The newest `width` values, one column each, newest at the right, a blank where there is none; shorter than `width` while there are fewer. */
export function sparkline(values: ReadonlyArray<number | undefined>, width: number, scale: Scale): string {
  const range = scale.high - scale.low;
  return values
    .slice(-Math.max(0, width) || values.length)
    .map((value) => {
      if (value === undefined) {
        return ' ';
      }
      const share = range > 0 ? (value - scale.low) / range : 0;
      const step = Math.round(share * (blocks.length - 1));
      return blocks[Math.min(blocks.length - 1, Math.max(0, step))] ?? blocks[0];
    })
    .join('');
}

/** From zero, so that a small value looks small: the top is the largest value, and never under `atLeast`. */
export function scaleFromZero(values: readonly number[], atLeast: number): Scale {
  return {low: 0, high: values.reduce((top, value) => Math.max(top, value), atLeast)};
}

/** For growth: the bottom is the smallest value, the top at least half as much again, so that flat looks flat. */
export function scaleOfGrowth(values: readonly number[]): Scale {
  const low = values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
  return {low, high: values.reduce((top, value) => Math.max(top, value), low * 1.5)};
}
