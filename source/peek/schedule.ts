/**
 * What of each worker is due to be read: counts of all of them twice a second, stacks only where they tell something.
 *
 * A worker that writes its heartbeat before each request, and has not since it was counted, has begun none: it is not
 * read again.
 *
 * A stack is worth its price in a worker that seems to handle a request, and grows in worth with the silence of its
 * heartbeat. A worker that serves one request at a time and has begun another one since it was read last is in no slow
 * request. Shortly before a worker recycles its count is read often, so that it is seen at its limit.
 */
import type {WorkerPeek} from '../observation.js';

/**
 * How closely a worker is to be looked at. `count`: nothing says that it handles a request. `look`: something does.
 * `closely`: it is silent, or was selected. `last-words`: it is about to be killed.
 */
export type Attention = 'count' | 'look' | 'closely' | 'last-words';

/** What was read of one worker so far, and when. Milliseconds of one clock. */
export type ReadingsSoFar = {
  readonly countedAtMs: number;
  readonly lookedAtMs: number;
  readonly count?: number;
  readonly maxRequests?: number;
  /** The count half a second ago or more, for its rate. */
  readonly before?: {readonly atMs: number; readonly count: number};
  readonly perSecond: number;
  /** When it was seen to have begun another request. */
  readonly begunAtMs: number;
  /** Whether the last look saw a request, or could not tell. */
  readonly mayHandle: boolean;
  /** The heartbeat it had shown before it was counted, where it beats before each request. */
  readonly beatWallMs?: number;
};

const never = Number.NEGATIVE_INFINITY;

export const nothingRead: ReadingsSoFar = {
  countedAtMs: never,
  lookedAtMs: never,
  perSecond: 0,
  begunAtMs: never,
  mayHandle: true,
};

export const countEveryMs = 500;

const lookEveryMs: Readonly<Record<Attention, number>> = {count: 500, look: 500, closely: 250, 'last-words': 100};

/** A request that is younger is no slow one. */
const slowAfterMs = 400;

/** A worker this close to its limit, at the rate it has, is counted as often as the loop turns. */
const nearLimitMs = 1000;

/** `stack` where the stacks are due too. Undefined: nothing is. `oneAtATime`: the class serves one request after the other. */
export function dueOf(
  read: ReadingsSoFar,
  attention: Attention,
  oneAtATime: boolean,
  nowMs: number,
): {readonly stack: boolean} | undefined {
  if (isLookDue(read, attention, oneAtATime, nowMs)) return {stack: true};
  return isCountDue(read, nowMs) ? {stack: false} : undefined;
}

/** Also asked where a look is due that cannot be afforded at the moment. */
export function isCountDue(read: ReadingsSoFar, nowMs: number): boolean {
  return nowMs - read.countedAtMs >= countEveryMs || isNearLimit(read);
}

/** The count of a worker that has begun no request since it was counted; undefined when it may have. */
export function unchangedCount(read: ReadingsSoFar, beatWallMs: number | undefined): number | undefined {
  return beatWallMs !== undefined && beatWallMs === read.beatWallMs ? read.count : undefined;
}

function isLookDue(read: ReadingsSoFar, attention: Attention, oneAtATime: boolean, nowMs: number): boolean {
  // The first look tells why it was forked.
  if (read.lookedAtMs === never) return true;
  if (nowMs - read.lookedAtMs < lookEveryMs[attention]) return false;
  // What was seen to run is looked at until it is seen to be over.
  if (read.mayHandle) return true;
  // Connections are counted once a second: what began since is seen by the count of requests first.
  if (attention === 'count') return !oneAtATime && read.begunAtMs > read.lookedAtMs;
  return attention !== 'look' || !oneAtATime || nowMs - read.begunAtMs >= slowAfterMs;
}

/** Whether it may reach its limit before it is counted again. */
export function isNearLimit({count, perSecond, maxRequests}: ReadingsSoFar): boolean {
  if (count === undefined || maxRequests === undefined) return false;
  return maxRequests - count <= Math.max(1, (perSecond * nearLimitMs) / 1000);
}

/** What is known after one more reading. */
export function afterReading(
  before: ReadingsSoFar,
  {requestsBegun: count, maxRequests, requests}: WorkerPeek,
  nowMs: number,
  stack: boolean,
  beatWallMs?: number,
): ReadingsSoFar {
  const {beatWallMs: _before, ...kept} = before;
  const next = {
    ...kept,
    countedAtMs: nowMs,
    ...(beatWallMs !== undefined && count !== undefined && {beatWallMs}),
    ...(maxRequests !== undefined && {maxRequests}),
    ...(stack && {lookedAtMs: nowMs, mayHandle: requests === undefined || requests.length > 0}),
  };
  if (count === undefined) return next;
  const begunAtMs = before.count !== undefined && count > before.count ? nowMs : before.begunAtMs;
  const base = before.before;
  const elapsedMs = base ? nowMs - base.atMs : 0;
  if (base && elapsedMs < countEveryMs * 0.8) return {...next, count, begunAtMs};
  const perSecond = base ? Math.max(0, ((count - base.count) * 1000) / elapsedMs) : 0;
  return {...next, count, begunAtMs, perSecond, before: {atMs: nowMs, count}};
}
