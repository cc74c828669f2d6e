/**
 * Decides which reads of a counter in a running program may be believed.
 *
 * A counter is an object that the program replaces at each step, and the memory of the old one is used again: of
 * hundred thousands of reads under load a handful give a foreign number. So two reads must agree, a count may not fall,
 * and a jump that no server makes is believed only when it is seen again. Pure: time is a parameter.
 */
export type Count = {
  readonly value: number;
  readonly atMs: number;
};

export type CountState = {
  readonly last?: Count;
  /** A value that did not fit, how often something like it was seen in a row, and since when. */
  readonly doubtful?: Count & {readonly times: number; readonly sinceMs: number};
};

export type CountReading = {readonly state: CountState; readonly value?: number};

/** Two reads a few microseconds apart differ by what was served in between. */
const mostBetweenReads = 1000;
/** More requests than one process of Python begins in a second. */
const mostPerSecond = 50_000;
/** So often in a row must a value that does not fit be seen until it is the count. */
const timesUntilBelieved = 3;
/** And for so long: a worker that lost the processor between answering and counting stands still for a few milliseconds. */
const doubtfulForMs = 100;

function fits(last: Count | undefined, value: number, nowMs: number): boolean {
  if (last === undefined) return true;

  const most = mostBetweenReads + (Math.max(0, nowMs - last.atMs) / 1000) * mostPerSecond;
  return value >= last.value && value - last.value <= most;
}

/** Takes two reads in a row, undefined where one failed. Without a `value` there is nothing to believe. */
export function takeCount(
  state: CountState,
  first: number | undefined,
  second: number | undefined,
  nowMs: number,
): CountReading {
  if (first === undefined || second === undefined || first < 0) return {state};
  if (second < first || second - first > mostBetweenReads) return {state};

  const {last, doubtful} = state;
  if (fits(last, first, nowMs)) return {state: {last: {value: second, atMs: nowMs}}, value: second};

  const goesOn = doubtful !== undefined && fits(doubtful, first, nowMs);
  const times = goesOn ? doubtful.times + 1 : 1;
  const sinceMs = goesOn ? doubtful.sinceMs : nowMs;
  return times >= timesUntilBelieved && nowMs - sinceMs >= doubtfulForMs
    ? {state: {last: {value: second, atMs: nowMs}}, value: second}
    : {state: {...state, doubtful: {value: second, atMs: nowMs, times, sinceMs}}};
}
