/**
 * Which restarts make up the incident that is told of now.
 *
 * It is told until a quarter of an hour after its last fault, whole: what was counted does not melt away while people
 * still talk about it. Wanted restarts are told of only where no fault is left to tell, and ends of which nobody can say
 * whether they were wanted, as a stop of the whole service, only where nothing surely was not. Older faults are counted
 * in no figure, but as far as no quarter of an hour without one lies between they say since when it goes on.
 */
import type {Restart} from './restart.js';
import {incidentWindowMs} from './thresholds.js';

export type IncidentWindow = {
  /** All of it, the wanted ones among them. */
  readonly restarts: readonly Restart[];
  /** Those nobody wanted, as far as that can be told. */
  readonly faults: readonly Restart[];
  /** The first fault of the incident, or the first restart where there is none; wall clock, milliseconds. */
  readonly sinceMs?: number;
  /** The last one. */
  readonly lastMs?: number;
  /** Whether it began before the restarts that are counted. */
  readonly isLonger: boolean;
};

export function incidentWindow(all: readonly Restart[], nowMs: number): IncidentWindow {
  return windowOf(all, nowMs, isFault) ?? windowOf(all, nowMs, mayBeFault) ?? wantedOnly(all, nowMs);
}

function windowOf(
  all: readonly Restart[],
  nowMs: number,
  isCounted: (restart: Restart) => boolean,
): IncidentWindow | undefined {
  const faultTimes = all.filter((restart) => isCounted(restart)).map(({atMs}) => atMs);
  const lastFaultMs = Math.max(...faultTimes);
  if (nowMs - lastFaultMs > incidentWindowMs) return undefined;
  const fromMs = lastFaultMs - incidentWindowMs;
  const restarts = all.filter(({atMs}) => atMs >= fromMs);
  const sinceMs = beginning(faultTimes);
  return {
    restarts,
    faults: restarts.filter((restart) => isCounted(restart)),
    sinceMs,
    lastMs: lastFaultMs,
    isLonger: sinceMs < fromMs,
  };
}

function wantedOnly(all: readonly Restart[], nowMs: number): IncidentWindow {
  const lastMs = Math.max(...all.map(({atMs}) => atMs));
  if (nowMs - lastMs > incidentWindowMs) return {restarts: [], faults: [], isLonger: false};
  const restarts = all.filter((restart) => !mayBeFault(restart) && restart.atMs >= lastMs - incidentWindowMs);
  return {restarts, faults: [], sinceMs: Math.min(...restarts.map(({atMs}) => atMs)), lastMs, isLonger: false};
}

function mayBeFault({expected}: Restart): boolean {
  return expected !== true;
}

function isFault({expected}: Restart): boolean {
  return expected === false;
}

/** Back from the last one, as far as the next is no more than a window away. */
function beginning(times: readonly number[]): number {
  const [last = 0, ...earlier] = times.toSorted((a, b) => b - a);
  return earlier.reduce((since, atMs) => (since - atMs <= incidentWindowMs ? atMs : since), last);
}
