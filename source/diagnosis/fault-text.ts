/** The sentence of an incident: how many, of what, where, and what they have in common. Every count is of what shares it. */
import {pathOf} from '../ledger/paths.js';
import {mostCommon} from './most-common.js';
import type {Restart} from './restart.js';

/**
 * "5 restarts: timeout ×4 in GET /pay, waiting for 10.0.3.7:5432, killed ×1", or "5 restarts in 15 min: timeout, 3 in
 * GET /pay": the figure before a place is of those that were there. `isPart` where the incident is longer than what is
 * counted; `isPlaced` says whether a place is named.
 */
export function faultText(
  faults: readonly Restart[],
  isPart: boolean,
): {readonly text: string; readonly isPlaced: boolean} {
  const causes = [...new Set(faults.map(({cause}) => cause))];
  const counted = causes
    .map((cause) => ({cause, same: faults.filter((restart) => restart.cause === cause)}))
    .toSorted((a, b) => b.same.length - a.same.length);
  const place = placeText(counted[0]?.same ?? []);
  const each = counted.map(({cause, same}, index) => {
    const named = counted.length === 1 ? cause : `${cause} ×${same.length}`;
    return index === 0 ? named + place : named;
  });
  const total = `${faults.length} ${faults.length === 1 ? 'restart' : 'restarts'}${isPart ? ' in 15 min' : ''}`;
  return {text: `${total}: ${each.join(', ')}`, isPlaced: place !== ''};
}

/** Where the restarts of one cause strike, as far as half of those that tell share it: ` in GET /pay`, `, 3 in GET /pay`; else nothing. */
function placeText(same: readonly Restart[]): string {
  const cause = same[0]?.cause;
  if (cause === 'unknown' || cause === 'clean-exit') return '';
  const path = sharing(same, foldedPath);
  const there = path?.those ?? same;
  // Memory is not used up by what a worker waits for in that moment.
  const peer = cause === 'out-of-memory' ? undefined : sharing(there, ({blockedOn}) => blockedOn);
  const waiting = `${cause === 'timeout' ? '' : 'while '}waiting for ${peer?.value}`;
  return `${path ? share(path, same, `in ${path.value}`) : ''}${peer ? share(peer, there, waiting) : ''}`;
}

type Sharing = {readonly value: string; readonly those: readonly Restart[]};

/**
 * The most frequent value, when at least half of those that have any have it: of a restart from before the attach
 * little is known, and that speaks against nothing. One of several is not where it strikes.
 */
function sharing(all: readonly Restart[], valueOf: (restart: Restart) => string | undefined): Sharing | undefined {
  const known = all.map(valueOf).filter((each) => each !== undefined);
  const value = mostCommon(known);
  const those = value === undefined ? [] : all.filter((restart) => valueOf(restart) === value);
  const isOneOfSeveral = those.length === 1 && all.length > 1;
  return value !== undefined && those.length * 2 >= known.length && !isOneOfSeveral ? {value, those} : undefined;
}

/** How many of them share it, unless all do. */
function share({those}: Sharing, all: readonly Restart[], text: string): string {
  return those.length === all.length ? ` ${text}` : `, ${those.length} ${text}`;
}

function foldedPath({request}: Restart): string | undefined {
  return request?.path === undefined ? undefined : pathOf({...request, path: request.path});
}
