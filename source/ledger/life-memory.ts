/**
 * What the memory of one worker told over time: how many requests it had begun, which were in flight and where they
 * stood. It ends with the worker, and what it told last are its last words.
 *
 * A reading that was not made leaves what was known before; nothing here is older than the life, and all of it bounded.
 */
import type {Moment, RequestInFlight, SpawnReason, ThreadStack, WorkerPeek} from '../observation.js';
import {countEveryMs, countsKept, looksKept} from './limits.js';

/** How many requests had begun at one moment. */
export type RequestsBegun = {readonly at: Moment; readonly count: number};

/** What was in flight, and the stacks: the same from `since` until `at`. */
export type Look = {
  readonly since: Moment;
  readonly at: Moment;
  /** Empty: none. Absent: not readable. */
  readonly requests?: readonly RequestInFlight[];
  readonly threads?: readonly ThreadStack[];
};

export type LifeMemory = {
  /** Oldest first, at most `countsKept`; the newest is the last reading. */
  readonly counts: readonly RequestsBegun[];
  /** Oldest first, at most `looksKept`. */
  readonly looks: readonly Look[];
  /** The limit at which it recycles, jitter included. */
  readonly maxRequests?: number;
  readonly spawnReason?: SpawnReason;
};

const nothing: LifeMemory = {counts: [], looks: []};

/** The memory after one more reading; the same value where that told nothing. */
export function withReading(memory: LifeMemory | undefined, peek: WorkerPeek, at: Moment): LifeMemory | undefined {
  const {requestsBegun, maxRequests, spawnReason, requests, threads} = peek;
  const told = {
    ...(maxRequests !== undefined && {maxRequests}),
    ...(spawnReason !== undefined && {spawnReason}),
  };
  const hasLooked = requests !== undefined || threads !== undefined;
  if (requestsBegun === undefined && !hasLooked && Object.keys(told).length === 0) return memory;
  const {counts, looks, ...before} = memory ?? nothing;
  return {
    ...before,
    ...told,
    counts: requestsBegun === undefined ? counts : withCount(counts, {at, count: requestsBegun}),
    looks: hasLooked ? withLook(looks, peek, at) : looks,
  };
}

/** The newest is always kept; the others only as close to each other as a rate needs them. */
function withCount(counts: readonly RequestsBegun[], reading: RequestsBegun): readonly RequestsBegun[] {
  const beforeLast = counts.at(-2);
  const isClose = beforeLast !== undefined && reading.at.monotonicMs - beforeLast.at.monotonicMs < countEveryMs;
  return [...(isClose ? counts.slice(0, -1) : counts.slice(1 - countsKept)), reading];
}

function withLook(looks: readonly Look[], {requests, threads}: WorkerPeek, at: Moment): readonly Look[] {
  const seen = {...(requests && {requests}), ...(threads && {threads})};
  const last = looks.at(-1);
  if (last && JSON.stringify([last.requests, last.threads]) === JSON.stringify([requests, threads]))
    return [...looks.slice(0, -1), {...last, at}];
  return [...looks.slice(1 - looksKept), {since: at, at, ...seen}];
}

/** The newest count. */
export function requestsBegunOf(memory: LifeMemory | undefined): RequestsBegun | undefined {
  return memory?.counts.at(-1);
}

/** Requests begun a second, over two seconds or what there is; undefined with fewer than two readings a second apart. */
export function requestRateOf(memory: LifeMemory | undefined): number | undefined {
  const last = requestsBegunOf(memory);
  if (!memory || !last) return undefined;
  const first =
    memory.counts.findLast(({at}) => last.at.monotonicMs - at.monotonicMs >= rateOverMs) ?? memory.counts[0];
  const elapsedMs = first ? last.at.monotonicMs - first.at.monotonicMs : 0;
  if (!first || elapsedMs < rateOverMs / 2) return undefined;
  return Math.max(0, ((last.count - first.count) * 1000) / elapsedMs);
}

const rateOverMs = 2000;

/** The newest look, while it is young enough to tell of this moment. */
export function lookAt(memory: LifeMemory | undefined, now: Moment): Look | undefined {
  const last = memory?.looks.at(-1);
  return last && now.monotonicMs - last.at.monotonicMs <= lookTellsForMs ? last : undefined;
}

const lookTellsForMs = 1500;

/** Whether a request was in flight at this moment, as far as a look close to it tells. */
export function requestRunningAt(memory: LifeMemory | undefined, moment: Moment): boolean | undefined {
  const {monotonicMs} = moment;
  const look = memory?.looks.findLast(
    ({since, at, requests}) =>
      requests !== undefined && since.monotonicMs <= monotonicMs + closeMs && at.monotonicMs >= monotonicMs - closeMs,
  );
  return look?.requests && look.requests.length > 0;
}

/** Shorter than between two readings of one worker that is looked at. */
const closeMs = 600;
