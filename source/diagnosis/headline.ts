/** The first thing a reader sees: what is going on, in one word and one sentence. It claims nothing of a source it could not read. */
import type {LifeRow} from '../ledger/worker-row.js';
import {bootLoopText} from './boot-loop.js';
import type {BootLoop} from './boot-loop.js';
import {mostCommon} from './most-common.js';
import type {Pattern} from './pattern.js';
import type {Restart} from './restart.js';
import {incidentWindowMs} from './thresholds.js';
import type {Cause} from './verdict.js';

/** The first thing a reader sees. `label` is one upper-case word, `text` one sentence. */
export type Headline = {
  readonly status: 'healthy' | 'incident' | 'recycle' | 'watching' | 'waiting';
  readonly label: string;
  readonly text: string;
  readonly sinceMs?: number;
  readonly lastMs?: number;
};

export type HeadlineInput = {
  readonly nowMs: number;
  readonly masterAlive: boolean;
  /** 0 when gunicorn's timeout is off, and nobody is ever called stuck. */
  readonly timeoutSeconds?: number;
  readonly everAttached: boolean;
  readonly workers: readonly LifeRow[];
  readonly restarts: readonly Restart[];
  readonly pattern: Pattern;
  readonly bootLoop: BootLoop | undefined;
  /** Deaths of the incident that only the log knows. */
  readonly missed: number;
};

export function headlineOf(input: HeadlineInput): Headline {
  const recent = input.restarts.filter(({atMs}) => input.nowMs - atMs <= incidentWindowMs);
  const faults = recent.filter(({expected}) => expected !== true);
  const times = {
    ...(input.pattern.firstMs !== undefined && {sinceMs: input.pattern.firstMs}),
    ...(input.pattern.lastMs !== undefined && {lastMs: input.pattern.lastMs}),
  };
  if (!input.everAttached) return {status: 'waiting', label: 'WAITING', text: 'no gunicorn master found yet'};
  if (input.bootLoop) return {status: 'incident', label: 'BOOT', text: bootLoopText(input.bootLoop), ...times};
  if (faults.length > 0)
    return {status: 'incident', label: labelOf(input.pattern), text: incidentText(input, recent, faults), ...times};
  if (!input.masterAlive) return {status: 'waiting', label: 'MASTER GONE', text: 'waiting for a successor', ...times};
  const stuck = input.workers.filter(({state}) => state === 'stuck' || state === 'stopped' || state === 'hung-boot');
  if (stuck.length > 0) return {status: 'incident', label: 'STUCK', text: stuckText(stuck)};
  if (recent.length > 0)
    return {status: 'recycle', label: 'RECYCLE', text: `${recycleText(recent)}, all expected`, ...times};
  return quiet(input);
}

/** Nothing has happened. Healthy is said only of heartbeats that were read and are fresh. */
function quiet({workers, missed, timeoutSeconds}: HeadlineInput): Headline {
  const living = workers.filter(({state, kind}) => state !== 'dead' && kind !== 'dirty');
  const all =
    living.length === 0 ? 'no worker lives' : `${living.length} ${living.length === 1 ? 'worker' : 'workers'}`;
  if (missed > 0) {
    const text = `${all}; at least ${missed} ended too soon to be seen`;
    return {status: 'watching', label: 'WATCHING', text};
  }
  const settled = living.filter(({ageSeconds}) => ageSeconds >= heartbeatFoundAfterSeconds);
  const unread = settled.filter(({heartbeatAgeSeconds}) => heartbeatAgeSeconds === undefined).length;
  const oldest = Math.max(0, ...settled.map(({heartbeatAgeSeconds}) => heartbeatAgeSeconds ?? 0));
  const why =
    unread > 0
      ? `; ${unread === settled.length ? 'heartbeats are' : `${unread} of ${settled.length} heartbeats are`} not readable`
      : !timeoutSeconds && oldest > freshForSeconds
        ? `; the oldest heartbeat is ${Math.round(oldest)} s old`
        : '';
  return why === '' && settled.length > 0
    ? {status: 'healthy', label: 'HEALTHY', text: `${all}, heartbeats fresh, no restart seen`}
    : {status: 'watching', label: 'WATCHING', text: `${all}, no restart seen${why}`};
}

/** A worker's heartbeat file is found this long after its birth, at the latest. */
const heartbeatFoundAfterSeconds = 2;

/** Where no timeout tells who is stuck: a worker of the default timeout, 30 s, beats more often than this. */
const freshForSeconds = 31;

function labelOf({branch}: Pattern): string {
  return branch === 'unknown' ? 'UNKNOWN' : branch.toUpperCase();
}

/** Causes that say themselves that the master is gone. */
const endsWithMaster: ReadonlySet<Cause | undefined> = new Set(['shutdown', 'master-lost', 'gave-up']);

function incidentText(
  {workers, masterAlive}: HeadlineInput,
  recent: readonly Restart[],
  faults: readonly Restart[],
): string {
  const failed =
    faults.findLast((restart) => restart.cause === 'boot-error') ??
    faults.findLast((restart) => restart.cause === 'app-exit');
  if (failed && faults.some((restart) => restart.cause === 'gave-up')) return gaveUpText(failed, faults);
  const cause = mostCommon(faults.map((restart) => restart.cause));
  const same = faults.filter((restart) => restart.cause === cause);
  const newest = same.toSorted((a, b) => b.atMs - a.atMs)[0];
  const expected = recent.length - faults.length;
  const path = sharedByHalf(
    same.map(({request}) => request?.path && [request.method, request.path].filter(Boolean).join(' ')),
  );
  const blockedOn = sharedByHalf(same.map((restart) => restart.blockedOn));
  const stuck = workers.filter(({state}) => state === 'stuck').length;
  const isKnown = cause !== 'unknown' && cause !== 'clean-exit';
  const waiting = blockedOn && `${cause === 'timeout' ? '' : ' while'} waiting for ${blockedOn}`;
  const where = isKnown ? [path && ` in ${path}`, waiting].filter(Boolean).join('') : '';
  const parts = [
    countedCauses(faults, where),
    where === '' && newest ? ` · ${newest.summary}` : '',
    stuck > 0 ? ` · ${stuck} stuck now` : '',
    !masterAlive && !endsWithMaster.has(cause) ? ' · the master is gone' : '',
    expected > 0 ? ` · ${expected} expected` : '',
  ];
  return parts.join('');
}

/** The worker that failed is the cause, and the siblings that gunicorn stopped for it are its price. */
function gaveUpText(failed: Restart, faults: readonly Restart[]): string {
  const alike = faults.filter((restart) => restart.cause === failed.cause).length;
  const siblings = faults.filter((restart) => restart.cause === 'gave-up').length;
  const others = faults.length - alike - siblings;
  const many = `${alike} ${alike === 1 ? 'worker' : 'workers'}`;
  return [
    failed.cause === 'boot-error' ? `${many} failed to boot: ` : `${many} ended as if it had failed to boot: `,
    failed.summary,
    `; gunicorn stopped itself and took ${siblings} more with it`,
    others > 0 ? ` · ${others} other ${others === 1 ? 'restart' : 'restarts'}` : '',
  ].join('');
}

/** What at least half of them have in common; one of several is not where it strikes. */
function sharedByHalf(values: ReadonlyArray<string | undefined>): string | undefined {
  const value = mostCommon(values.filter((each) => each !== undefined));
  return value !== undefined && values.filter((each) => each === value).length * 2 >= values.length ? value : undefined;
}

/** "3 restarts: timeout in GET /pay", or "4 restarts: timeout ×3 in GET /pay, killed ×1"; `where` is of the most frequent cause. */
function countedCauses(faults: readonly Restart[], where: string): string {
  const causes = [...new Set(faults.map(({cause}) => cause))];
  const counted = causes
    .map((cause) => ({cause, count: faults.filter((restart) => restart.cause === cause).length}))
    .toSorted((a, b) => b.count - a.count);
  const total = `${faults.length} ${faults.length === 1 ? 'restart' : 'restarts'}`;
  const each = counted.map(({cause, count}, index) => {
    const named = counted.length === 1 ? cause : `${cause} ×${count}`;
    return index === 0 ? named + where : named;
  });
  return `${total}: ${each.join(', ')}`;
}

function stuckText(stuck: readonly LifeRow[]): string {
  const next = stuck.toSorted((a, b) => (a.killInSeconds ?? Infinity) - (b.killInSeconds ?? Infinity))[0];
  const kill = next?.killInSeconds;
  const when =
    kill === undefined
      ? ''
      : kill > 0
        ? `; gunicorn kills ${next?.pid} in ${Math.ceil(kill)} s`
        : `; gunicorn kills ${next?.pid} now`;
  const states = [...new Set(stuck.map(({state}) => state))];
  const counted =
    states.length === 1
      ? `${stuck.length} ${stuck.length === 1 ? 'worker is' : 'workers are'} ${next?.state}`
      : `${stuck.length} workers are ${states.map((state) => `${state} (${stuck.filter((row) => row.state === state).length})`).join(', ')}`;
  return `${counted}${when}`;
}

/** "14 restarts (12 max-requests, 2 reload)". */
function recycleText(recent: readonly Restart[]): string {
  const kinds = [...new Set(recent.map(({cause}) => cause))];
  const counted = kinds.map((kind) => `${recent.filter(({cause}) => cause === kind).length} ${kind}`);
  const total = `${recent.length} ${recent.length === 1 ? 'restart' : 'restarts'}`;
  return kinds.length === 1 ? `${total} (${kinds[0]})` : `${total} (${counted.join(', ')})`;
}
