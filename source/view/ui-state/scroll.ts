/** The first row to show so that `selected` is within `height` rows, moving as little as possible from `offset`. */
export function scrollTo(offset: number, selected: number, height: number, total: number): number {
  const last = Math.max(0, total - height);
  const kept = Math.min(Math.max(0, offset), last);
  if (selected < 0) {
    return kept;
  }
  if (selected < kept) {
    return selected;
  }
  return selected >= kept + height ? Math.min(last, selected - height + 1) : kept;
}

/**
 * The first row to show so that row `index` stands on `line` of a window of `height` rows. The window does not stand
 * past the end, except for the `newer` rows that came in above it: they must not push down what is being read.
 */
export function windowAt(
  index: number,
  line: number,
  {height, total, newer = 0}: {readonly height: number; readonly total: number; readonly newer?: number},
): number {
  const last = Math.max(0, total - height) + newer;
  return Math.max(0, Math.min(index - Math.min(line, height - 1), last));
}
