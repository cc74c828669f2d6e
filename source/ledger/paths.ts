/**
 * What requests of one path have in common: how long they took, and what memory their worker gained while they ran.
 *
 * Only requests that a look found in flight are known, so a path of short requests shows few of them. How long one took
 * is its age when it was seen last. Memory is told only of a request that had its worker for itself.
 */
import {pathTemplate} from '../gunicorn/path-template.js';
import type {Moment, RequestInFlight} from '../observation.js';
import type {Ledger} from './ledger.js';
import type {Life} from './life.js';
import {durationsKept, pathsKept, requestsFollowed} from './limits.js';

/** A request in flight, followed from when it was seen first. */
export type FollowedRequest = {
  readonly key: string;
  /** "POST /orders/{id}". */
  readonly path: string;
  readonly startedWallMs: number;
  /** Of its worker when it was seen first. */
  readonly rssBytes?: number;
  readonly seenAtMs: number;
  /** The most that its worker gained since; absent when it shared the worker. */
  readonly grewBytes?: number;
};

/** One path, and what its requests took that have ended since. */
export type PathFacts = {
  readonly path: string;
  readonly seen: number;
  /** Seconds, newest last, at most `durationsKept`. */
  readonly durations: readonly number[];
  readonly longestSeconds: number;
  readonly grewBytes?: number;
  readonly lastAtMs: number;
};

/** "POST /orders/{id}". */
export function pathOf({method, path}: {readonly method?: string; readonly path: string}): string {
  return [method, pathTemplate(path)].filter(Boolean).join(' ');
}

/** The life with the requests that it handles at this moment followed, and those that it handles no more. */
export function follow(
  life: Life,
  requests: readonly RequestInFlight[],
  at: Moment,
): {readonly life: Life; readonly over: readonly FollowedRequest[]} {
  const before = new Map((life.following ?? []).map((request) => [request.key, request]));
  const rssBytes = life.glimpses.at(-1)?.sample.rssBytes;
  const following = requests
    .filter(({startedWallMs}) => startedWallMs !== undefined)
    .slice(0, requestsFollowed)
    .map((request): FollowedRequest => {
      const key = [request.startedWallMs, request.threadId, request.method, request.path].join(' ');
      const known = before.get(key);
      before.delete(key);
      if (known) return {...known, seenAtMs: at.wallMs, ...growth(known, rssBytes, requests.length)};
      return {
        key,
        path: pathOf(request),
        startedWallMs: request.startedWallMs ?? at.wallMs,
        seenAtMs: at.wallMs,
        ...(rssBytes !== undefined && requests.length === 1 && {rssBytes}),
      };
    });
  const over = [...before.values()];
  if (following.length === 0 && over.length === 0) return {life, over};
  return {life: {...life, following}, over};
}

function growth(
  {rssBytes: first, grewBytes = 0}: FollowedRequest,
  rssBytes: number | undefined,
  inFlight: number,
): Pick<FollowedRequest, 'grewBytes'> {
  if (!first || !rssBytes || inFlight > 1) return {};
  return {grewBytes: Math.max(grewBytes, rssBytes - first)};
}

/** The ledger with requests counted that are over. */
export function withPaths(ledger: Ledger, over: readonly FollowedRequest[]): Ledger {
  if (over.length === 0) return ledger;
  const paths = over.reduce((all, request) => {
    const before = all.find(({path}) => path === request.path);
    return [...all.filter((other) => other !== before), withRequest(before, request)];
  }, ledger.paths);
  return {...ledger, paths: paths.slice(-pathsKept)};
}

/** The facts of a path with one request more. */
export function withRequest(before: PathFacts | undefined, request: FollowedRequest): PathFacts {
  const seconds = Math.max(0, (request.seenAtMs - request.startedWallMs) / 1000);
  const grewBytes = Math.max(before?.grewBytes ?? 0, request.grewBytes ?? 0);
  return {
    path: request.path,
    seen: (before?.seen ?? 0) + 1,
    durations: [...(before?.durations ?? []).slice(1 - durationsKept), seconds],
    longestSeconds: Math.max(before?.longestSeconds ?? 0, seconds),
    ...((before?.grewBytes !== undefined || request.grewBytes !== undefined) && {grewBytes}),
    lastAtMs: request.seenAtMs,
  };
}
