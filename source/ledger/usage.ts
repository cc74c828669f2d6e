/** What a worker used between two glimpses. One glimpse gives nothing: a rate needs two and the time between them. */
import type {UsageDelta} from '../gunicorn/activity.js';
import type {Glimpse} from './life.js';
import {isPrompt} from './reading-time.js';

/** CPU time comes in ticks of 10 ms, so a rate is taken over at least this long. */
const overMs = 1000;

/** The use since the newest glimpse that is a second older, or the oldest there is; undefined with fewer than two. */
export function usageOf(all: readonly Glimpse[]): UsageDelta | undefined {
  const glimpses = all.filter(isPrompt);
  const last = glimpses.at(-1);
  if (!last || glimpses.length < 2) return undefined;
  const first = glimpses.findLast(({at}) => last.at.monotonicMs - at.monotonicMs >= overMs) ?? glimpses[0];
  if (!first) return undefined;
  const switches =
    last.sample.voluntarySwitches === undefined || first.sample.voluntarySwitches === undefined
      ? undefined
      : last.sample.voluntarySwitches - first.sample.voluntarySwitches;
  return {
    elapsedMs: last.at.monotonicMs - first.at.monotonicMs,
    cpuMs: last.sample.cpuMs - first.sample.cpuMs,
    ...(switches !== undefined && {voluntarySwitches: switches}),
  };
}

/** 100 is one full core. Undefined until a second of history exists. */
export function cpuPercentOf(glimpses: readonly Glimpse[]): number | undefined {
  const usage = usageOf(glimpses);
  if (!usage || usage.elapsedMs < overMs * 0.9) return undefined;
  return Math.max(0, (usage.cpuMs / usage.elapsedMs) * 100);
}
