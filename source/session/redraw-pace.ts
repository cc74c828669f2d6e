/** Says of each tick whether a screen should be drawn again. */
export type RedrawPace = (monotonicMs: number, hasNews: boolean) => boolean;

/** A redraw costs more than all sampling: without news, one a second. */
const redrawEveryMs = 1000;

/** A tick that comes a hair early must not wait for the one after it. */
const toleranceMs = 50;

export function createRedrawPace(): RedrawPace {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (monotonicMs, hasNews) => {
    if (!hasNews && monotonicMs - lastMs < redrawEveryMs - toleranceMs) {
      return false;
    }
    lastMs = monotonicMs;
    return true;
  };
}
