/** Clocks are read to a microsecond or so: past six digits a difference is only the noise of its own subtraction. */
const mostDigits = 6;

/**
 * The shortest number that added to `before` gives exactly `after`, when it is shorter than `after` itself.
 *
 * The difference of two numbers with fractions is mostly a long one, 250.00345500000008, where 250.003455 added to the
 * first gives the second as well.
 */
export function numberStep(before: number, after: number): number | undefined {
  const difference = after - before;
  for (let digits = 0; digits <= mostDigits; digits += 1) {
    const step = Number(difference.toFixed(digits));
    if (before + step === after) {
      return shorterOf(step, after);
    }
  }
  return before + difference === after ? shorterOf(difference, after) : undefined;
}

function shorterOf(step: number, after: number): number | undefined {
  return String(step).length < String(after).length ? step : undefined;
}
