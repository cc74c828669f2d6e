/**
 * A count in an object that the program replaces at each step.
 *
 * The memory of the object before is used again: for the next count but one, and in between for other numbers, such as
 * the year of a Date header. A read during which the program takes two steps may find the same object before and after
 * and such a number in between, and on a crowded processor a reader is put off again and again. So two reads in a row
 * must tell the same, and be over before any program could have taken the four steps that would deceive both.
 */
const mostReads = 8;
/** Four steps in this time would be 40 000 requests a second of one process of Python; two reads take 0.03 ms as a rule. */
const withinMs = 0.1;

/** The number that two reads in a row tell; undefined when there were no such two. `now`: milliseconds of one clock. */
export function agreedCount(
  read: () => number | undefined,
  now: () => number = () => performance.now(),
): number | undefined {
  let sinceMs = now();
  let before = read();
  for (let reads = 1; reads < mostReads; reads++) {
    const betweenMs = now();
    const count = read();
    if (count !== undefined && count === before && now() - sinceMs <= withinMs) return count;
    before = count;
    sinceMs = betweenMs;
  }

  return undefined;
}
