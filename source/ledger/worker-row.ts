/** The rows of the worker table: living workers by age, and those that died in the last seconds. */
import {applicationStack} from '../gunicorn/python-stack.js';
import type {ChildKind, Moment, SpawnReason} from '../observation.js';
import {drainOf} from './drain.js';
import {masterOf} from './ledger.js';
import {killAheadMs} from './kill-ahead.js';
import type {Ledger} from './ledger.js';
import {lifeKey} from './life.js';
import type {Life} from './life.js';
import {lookAt, requestRateOf, requestsBegunOf} from './life-memory.js';
import {growthOf, secondsToLimit, type MemoryGrowth} from './memory-growth.js';
import {deadRowForMs} from './limits.js';
import {oldestRequest, requestAgeSeconds, stackOfRequest} from './request-now.js';
import {cpuPercentOf} from './usage.js';
import {stateOf} from './worker-state.js';
import type {WorkerState} from './worker-state.js';

export type RequestSeen = {readonly method?: string; readonly path?: string; readonly ageSeconds?: number};

/** A request count and where it comes from, for example "access log, since the attach". */
export type RequestCount = {readonly count: number; readonly source: string};

/** One row of the worker table, as far as the ledger goes: it knows of no causes. */
export type LifeRow = {
  /** `pid@startTicks`, the same for every observer. */
  readonly id: string;
  readonly pid: number;
  readonly nsPid?: number;
  readonly kind: ChildKind;
  /** 1 for the workers found or forked first; a reload starts the next. */
  readonly generation: number;
  readonly ageSeconds: number;
  readonly state: WorkerState;
  readonly heartbeatAgeSeconds?: number;
  /** Seconds until gunicorn's arbiter may kill it for a silent heartbeat; only while it is `stuck` or close to it. */
  readonly killInSeconds?: number;
  readonly requests?: RequestCount;
  /** Begun a second, over the last two. */
  readonly requestsPerSecond?: number;
  /** The count at which it recycles, jitter included, and how many requests are left until then. */
  readonly maxRequests?: number;
  readonly requestsLeft?: number;
  /** 100 = one full core. Undefined until two samples exist. */
  readonly cpuPercent?: number;
  readonly rssBytes?: number;
  /** With shared pages divided among those who share them, read seldom; and the most that was ever resident. */
  readonly pssBytes?: number;
  readonly peakRssBytes?: number;
  /** How fast it grows, while it does so steadily. */
  readonly growth?: MemoryGrowth;
  /** Seconds until its control group comes to its limit, if all workers go on growing so; only of one that grows. */
  readonly secondsToLimit?: number;
  /** RSS over time, oldest first, one value every few seconds, at most 60. */
  readonly rssTrend: readonly number[];
  /** What it does now, in a few words: "waiting", "reading from a client", "on the CPU", "recv 10.0.3.7:5432 (postgresql)". */
  readonly now: string;
  /** What it waits for, where it waits for something: "10.0.3.7:5432 (postgresql)". */
  readonly blockedOn?: string;
  /** The request in flight, of several the oldest. */
  readonly request?: RequestSeen;
  /** How many requests are in flight, as far as they can be seen. */
  readonly inFlight?: number;
  /** Where its code stands: the application's frames, innermost first. */
  readonly stack?: readonly string[];
  /** Why its master forked it. */
  readonly spawnReason?: SpawnReason;
  /** Only for a dead row that is kept for some seconds. */
  readonly ended?: {readonly atMs: number};
};

/** Living workers and the newly dead, oldest first. */
export function workerRows(ledger: Ledger): readonly LifeRow[] {
  const {at} = ledger;
  if (!at) return [];
  const limitAfter = secondsToLimit(ledger);
  const living = ledger.living.map((life) => ({...livingRow(ledger, life, at), ...growthIn(life, limitAfter)}));
  const dead = ledger.ended
    .filter((life) => life.end !== undefined && at.monotonicMs - life.end.at.monotonicMs <= deadRowForMs)
    .map(deadRow);
  return [...living, ...dead].toSorted((a, b) => b.ageSeconds - a.ageSeconds || a.pid - b.pid);
}

function growthIn(life: Life, limitAfter: number | undefined): Pick<LifeRow, 'growth' | 'secondsToLimit'> {
  const growth = growthOf(life);
  return growth ? {growth, ...(limitAfter !== undefined && {secondsToLimit: limitAfter})} : {};
}

/** The sizes of a trend, one array for all rows that are drawn from it: pictures of the past are kept, and share it. */
function sizesOf(trend: Life['trend']): readonly number[] {
  const known = sizes.get(trend);
  if (known !== undefined) return known;
  const made = trend.map(({rssBytes}) => rssBytes);
  sizes.set(trend, made);
  return made;
}

const sizes = new WeakMap<Life['trend'], readonly number[]>();

function common(life: Life, untilMs: number): Omit<LifeRow, 'state' | 'now'> {
  const last = life.glimpses.at(-1)?.sample;
  const cpuPercent = cpuPercentOf(life.glimpses);
  return {
    id: lifeKey(life.id),
    pid: life.id.pid,
    ...(life.nsPid !== undefined && {nsPid: life.nsPid}),
    kind: life.kind,
    generation: life.generation,
    ageSeconds: Math.max(0, (untilMs - life.startedMs) / 1000),
    ...countsOf(life),
    ...(life.memory?.spawnReason && {spawnReason: life.memory.spawnReason}),
    ...(cpuPercent !== undefined && {cpuPercent}),
    ...(last?.rssBytes !== undefined && {rssBytes: last.rssBytes}),
    ...life.weight,
    rssTrend: sizesOf(life.trend),
  };
}

function livingRow(ledger: Ledger, life: Life, at: Moment): LifeRow {
  const master = masterOf(ledger, life);
  const settings = master?.settings ?? {};
  const masterGone = master?.goneAt !== undefined;
  const {state, phase, heartbeatAgeMs} = stateOf(life, settings, at, {masterGone, drain: drainOf(life)});
  const killInMs = state === 'stuck' || state === 'stopped' ? killAheadMs(ledger, life, heartbeatAgeMs) : undefined;
  const requests = requestsAt(life, at, phase.phase === 'idle');
  return {
    ...common(life, at.wallMs),
    // Its waits alone may not tell; a request in hand does.
    state: state === 'alive' && requests.request ? 'busy' : state,
    ...(heartbeatAgeMs !== undefined && {heartbeatAgeSeconds: heartbeatAgeMs / 1000}),
    ...(killInMs !== undefined && {killInSeconds: killInMs / 1000}),
    ...requests,
    ...(phase.phase === 'busy' && phase.blockedOn !== undefined && {blockedOn: phase.blockedOn}),
    now: nowText(state, phase.blockedOn, phase.phase),
  };
}

/** Memory counts exactly and from the fork on, the access log from the attach on. */
function countsOf({memory, accessCount}: Life): Partial<LifeRow> {
  const begun = requestsBegunOf(memory);
  const {maxRequests} = memory ?? {};
  if (!begun)
    return accessCount === undefined ? {} : {requests: {count: accessCount, source: 'access log, since the attach'}};
  return {
    requests: {count: begun.count, source: "the worker's memory"},
    ...(maxRequests !== undefined && {maxRequests, requestsLeft: Math.max(0, maxRequests - begun.count)}),
  };
}

/** What it handles now, and how fast: only of the living. One that waits for a connection has none in hand, whatever the last look found. */
function requestsAt({memory}: Life, at: Moment, isIdle: boolean): Partial<LifeRow> {
  const rate = requestRateOf(memory);
  const look = isIdle ? undefined : lookAt(memory, at);
  const request = oldestRequest(look?.requests);
  const ageSeconds = request && requestAgeSeconds(request, at);
  const stack = request && look && stackOfRequest(request, look);
  return {
    ...(rate !== undefined && {requestsPerSecond: rate}),
    ...(look?.requests && {inFlight: look.requests.length}),
    ...(request && {
      request: {method: request.method, path: request.path, ...(ageSeconds !== undefined && {ageSeconds})},
    }),
    ...(stack && {stack: applicationStack(stack, stackKept)}),
  };
}

/** As many frames as say where it stands. */
const stackKept = 8;

function deadRow(life: Life): LifeRow {
  const endMs = life.end?.at.wallMs ?? life.lastSeen.wallMs;
  return {
    ...common(life, endMs),
    state: 'dead',
    now: 'ended',
    ended: {atMs: endMs},
  };
}

function nowText(state: LifeRow['state'], blockedOn: string | undefined, phase: string): string {
  if (state === 'booting') return 'starting up';
  if (state === 'hung-boot') return 'starting up for longer than timeout; gunicorn will not kill it';
  if (state === 'stopped') return 'stopped by a signal or a debugger';
  if (phase === 'idle') return 'waiting';
  if (phase === 'reading-request') return 'a client is connected and has not sent its request';
  if (phase === 'busy') return blockedOn ? `waiting for ${blockedOn}` : 'working';
  return '';
}
