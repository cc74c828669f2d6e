/**
 * Decides which counts of a running program may be believed, of those that two reads agreed on (agreed-count.ts).
 *
 * A count may not fall, and a jump that no server makes is believed only when it is seen again. Pure: time is a
 * parameter.
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

/** What two looks may differ by, however short the time between them is. */
const mostAtOnce = 1000;
/** More requests than one process of Python begins in a second. */
const mostPerSecond = 50_000;
/** So often in a row must a value that does not fit be seen until it is the count. */
const timesUntilBelieved = 3;
/** And for so long: a worker that lost the processor between answering and counting stands still for a few milliseconds. */
const doubtfulForMs = 100;

function fits(last: Count | undefined, value: number, nowMs: number): boolean {
  if (last === undefined) return true;

  const most = mostAtOnce + (Math.max(0, nowMs - last.atMs) / 1000) * mostPerSecond;
  return value >= last.value && value - last.value <= most;
}

/** Takes an agreed count, undefined where there was none. Without a `value` there is nothing to believe. */
export function takeCount(state: CountState, count: number | undefined, nowMs: number): CountReading {
  if (count === undefined || count < 0) return {state};

  const {last, doubtful} = state;
  const taken: CountReading = {state: {last: {value: count, atMs: nowMs}}, value: count};
  if (fits(last, count, nowMs)) return taken;

  const goesOn = doubtful !== undefined && fits(doubtful, count, nowMs);
  const times = goesOn ? doubtful.times + 1 : 1;
  const sinceMs = goesOn ? doubtful.sinceMs : nowMs;
  return times >= timesUntilBelieved && nowMs - sinceMs >= doubtfulForMs
    ? taken
    : {state: {...state, doubtful: {value: count, atMs: nowMs, times, sinceMs}}};
}
