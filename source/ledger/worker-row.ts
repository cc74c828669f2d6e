/** The rows of the worker table: living workers by age, and those that died in the last seconds. */
import type {ChildKind, Moment} from '../observation.js';
import {drainOf} from './drain.js';
import {masterOf} from './ledger.js';
import type {Ledger} from './ledger.js';
import {lifeKey} from './life.js';
import type {Life} from './life.js';
import {deadRowForMs} from './limits.js';
import {cpuPercentOf} from './usage.js';
import {stateOf} from './worker-state.js';
import type {WorkerState} from './worker-state.js';

export type RequestSeen = {readonly method?: string; readonly path?: string; readonly ageSeconds?: number};

/** A request count and where it comes from, for example "access log". */
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
  readonly requestsPerSecond?: number;
  /** 100 = one full core. Undefined until two samples exist. */
  readonly cpuPercent?: number;
  readonly rssBytes?: number;
  /** RSS over time, oldest first, one value every few seconds, at most 60. */
  readonly rssTrend: readonly number[];
  /** What it does now, in a few words: "waiting", "reading from a client", "on the CPU", "recv 10.0.3.7:5432 (postgresql)". */
  readonly now: string;
  readonly request?: RequestSeen;
  /** Only for a dead row that is kept for some seconds. */
  readonly ended?: {readonly atMs: number};
};

/** Living workers and the newly dead, oldest first. */
export function workerRows(ledger: Ledger): readonly LifeRow[] {
  const {at} = ledger;
  if (!at) return [];
  const living = ledger.living.map((life) => livingRow(ledger, life, at));
  const dead = ledger.ended
    .filter((life) => life.end !== undefined && at.monotonicMs - life.end.at.monotonicMs <= deadRowForMs)
    .map(deadRow);
  return [...living, ...dead].toSorted((a, b) => b.ageSeconds - a.ageSeconds || a.pid - b.pid);
}

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
    ...(life.accessCount !== undefined && {
      requests: {count: life.accessCount, source: 'access log, since the attach'},
    }),
    ...(cpuPercent !== undefined && {cpuPercent}),
    ...(last?.rssBytes !== undefined && {rssBytes: last.rssBytes}),
    rssTrend: life.trend.map(({rssBytes}) => rssBytes),
  };
}

function livingRow(ledger: Ledger, life: Life, at: Moment): LifeRow {
  const master = masterOf(ledger, life);
  const settings = master?.settings ?? {};
  const masterGone = master?.goneAt !== undefined;
  const {state, phase, heartbeatAgeMs} = stateOf(life, settings, at, {masterGone, drain: drainOf(life)});
  const limitMs = (settings.timeoutSeconds?.value ?? 0) * 1000;
  const killInMs = limitMs > 0 && heartbeatAgeMs !== undefined && !masterGone ? limitMs - heartbeatAgeMs : undefined;
  return {
    ...common(life, at.wallMs),
    state,
    ...(heartbeatAgeMs !== undefined && {heartbeatAgeSeconds: heartbeatAgeMs / 1000}),
    ...(killInMs !== undefined && (state === 'stuck' || state === 'stopped') && {killInSeconds: killInMs / 1000}),
    now: nowText(state, phase.blockedOn, phase.phase),
  };
}

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
