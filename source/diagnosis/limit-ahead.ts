import type {LifeRow} from '../ledger/worker-row.js';
import {bytes, roughly} from './prose.js';

/**
 * "; if memory grows on, it comes to its limit of 256M in about 40 s". Where most of what is used is not the workers',
 * it may be cache, which gives way.
 */
export function limitAhead(living: readonly LifeRow[], limitBytes: number | undefined): string {
  const seconds = Math.min(...living.map(({secondsToLimit = Infinity}) => secondsToLimit));
  const theirs = living.reduce((sum, {rssBytes = 0}) => sum + rssBytes, 0);
  if (limitBytes === undefined || seconds > limitAheadSeconds || theirs < limitBytes / 2) return '';
  return `; if memory grows on, it comes to its limit of ${bytes(limitBytes)} in about ${roughly(seconds)}`;
}

/** What lies further ahead than this may still turn. */
const limitAheadSeconds = 120;
