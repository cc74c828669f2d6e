/**
 * Numbers as steps from the ones before: most of a sample are clocks and counters, of which a step is the shortest part.
 *
 * The difference of two numbers with fractions is mostly a long one, 250.00345500000008. Sums are therefore rounded to
 * six digits behind the point, finer than any clock is read, and the step is the shortest that leads there exactly.
 */

const digits = 6;

/** What `before` becomes by the step. */
export function stepped(before: number, step: number): number {
  const sum = before + step;
  return Number.isInteger(sum) ? sum : Number(sum.toFixed(digits));
}

/** The shortest step that leads exactly from `before` to `after`, never 0; undefined when no sum of six digits is `after`. */
export function numberStep(before: number, after: number): number | undefined {
  const difference = after - before;
  if (Number.isInteger(difference) && stepped(before, difference) === after) {
    return difference;
  }
  for (let kept = 0; kept <= digits; kept += 1) {
    const step = Number(difference.toFixed(kept));
    // The sum's rounding alone could lead there, and a step of 0 would say that nothing changed.
    if (step !== 0 && stepped(before, step) === after) {
      return step;
    }
  }
  return undefined;
}
