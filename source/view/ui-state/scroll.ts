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
