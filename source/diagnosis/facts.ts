/** Facts that several rules ask for, each as the evidence that a person can read. Undefined means: not known. */
import type {LogEvent} from '../gunicorn/log-event.js';
import {describeExit} from '../gunicorn/wait-status.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import type {LogFact} from '../ledger/life.js';
import {bytes} from './prose.js';
import {
  clearlyBelowTimeoutMs,
  heartbeatGrainMs,
  surelyBootedAfterMs,
  timeoutToleranceMs,
  wentOnForMs,
} from './thresholds.js';
import type {Cause, Evidence} from './verdict.js';

export type Direction = {readonly supports?: Cause; readonly contradicts?: Cause};

/** "12.4 s". */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The worker's or master's own log record as evidence. */
export function logEvidence(fact: LogFact, direction: Direction): Evidence {
  const {event, at} = fact;
  return {
    source: 'log',
    fact: event.text,
    atMs: event.wallMs ?? at.wallMs,
    ...direction,
    ...(event.loose && {loose: true}),
  };
}

/** This life's newest record of one kind, as evidence. */
export function ownLine(c: Circumstances, event: LogEvent['event'], direction: Direction): Evidence | undefined {
  const fact = said(c.life, event);
  return fact && logEvidence(fact, direction);
}

export function exitCode(c: Circumstances): number | undefined {
  return c.exit && 'code' in c.exit.status ? c.exit.status.code : undefined;
}

export function exitSignal(c: Circumstances): string | undefined {
  return c.exit && 'signal' in c.exit.status ? c.exit.status.signal : undefined;
}

export function exitEvidence(c: Circumstances, direction: Direction): readonly Evidence[] {
  if (!c.exit) return [];
  const {status, source, loose} = c.exit;
  return [{source, fact: describeExit(status), atMs: c.end.at.wallMs, ...direction, ...(loose && {loose})}];
}

/**
 * Whether the worker left by itself, through Python: "Worker exiting" is printed for every SystemExit, return or
 * exception and never for a death by signal or os._exit (arbiter.py spawn_worker, `finally`). An exit code says the same.
 */
export function leftByItself(c: Circumstances, direction: Direction): Evidence | undefined {
  const line = ownLine(c, 'worker-exiting', direction);
  if (line && exitSignal(c) !== 'SIGKILL') return line;
  const code = exitCode(c);
  return code === undefined ? undefined : exitEvidence(c, direction)[0];
}

/** It had not finished booting, so nothing that needs a serving worker ended it. */
export function neverBooted(c: Circumstances, direction: Direction): Evidence | undefined {
  return c.booted === false ? {source: 'heartbeat', fact: 'it had not finished booting', ...direction} : undefined;
}

/** Nothing tells whether it had booted, and it was young enough to be at it. */
export function maybeBooting(c: Circumstances): boolean {
  return c.booted === undefined && c.end.at.wallMs - c.life.startedMs < surelyBootedAfterMs;
}

/** The heartbeat was younger than the timeout when the worker died. */
export function heartbeatWasFresh(c: Circumstances, direction: Direction): Evidence | undefined {
  if (!c.silence || !c.timeoutSeconds) return undefined;
  const limitMs = c.timeoutSeconds * 1000;
  if (c.silence.atMostMs >= limitMs - Math.min(clearlyBelowTimeoutMs, limitMs / 4)) return undefined;
  return {
    source: 'heartbeat',
    fact: `last heartbeat ${seconds(c.silence.atMostMs)} before the end, timeout ${c.timeoutSeconds} s`,
    atMs: c.silence.lastBeatWallMs,
    ...direction,
  };
}

/** The heartbeat had been silent for the whole timeout. */
export function heartbeatWasSilent(c: Circumstances, direction: Direction): Evidence | undefined {
  if (!c.silence || !c.timeoutSeconds) return undefined;
  if (c.silence.atMostMs < c.timeoutSeconds * 1000 - timeoutToleranceMs) return undefined;
  return {
    source: 'heartbeat',
    fact: `no heartbeat for ${seconds(c.silence.atMostMs)}, timeout ${c.timeoutSeconds} s`,
    atMs: c.silence.lastBeatWallMs,
    ...direction,
  };
}

/** It had been when the worker was seen last, too: a sample that stood still makes no silence. */
export function silentWhenSeenLast(c: Circumstances, direction: Direction): Evidence | undefined {
  const lastSeenMs = c.silence?.atLeastMs ?? 0;
  const isLong = c.timeoutSeconds !== undefined && lastSeenMs >= c.timeoutSeconds * 1000 - timeoutToleranceMs;
  return isLong ? heartbeatWasSilent(c, direction) : undefined;
}

/** The kernel's own word that its OOM killer chose this worker. */
export function chosenVictim({kernel: {victim}}: Circumstances, direction: Direction): Evidence | undefined {
  if (!victim) return undefined;
  const where = victim.scope === 'cgroup' ? ' in its control group' : victim.scope ? ' on the whole machine' : '';
  const size = victim.anonymousBytes === undefined ? '' : ` with ${bytes(victim.anonymousBytes)} of its own`;
  return {
    source: victim.source,
    fact: `the kernel's OOM killer chose it${size}, for want of memory${where}`,
    atMs: victim.at.wallMs,
    ...direction,
  };
}

/**
 * No request had begun since the worker was last seen idle: a sync worker with one listener notifies before it takes a
 * connection (workers/sync.py run_for_one), and its heartbeat, read once more after the death, is older than that.
 */
export function noRequestBegan(c: Circumstances, direction: Direction): Evidence | undefined {
  const {settings, silence, workerClass, life} = c;
  if (workerClass?.name !== 'sync' || settings.bind?.value.length !== 1 || !silence?.readAfterDeath) return undefined;
  const idle = life.glimpses.findLast(
    ({sample}) => sample.activity?.main?.kind === 'accept' && sample.activity.clients === 0,
  );
  if (!idle || idle.at.wallMs - silence.lastBeatWallMs < heartbeatGrainMs) return undefined;
  return {source: 'heartbeat', fact: 'no request had begun since it was seen idle', atMs: idle.at.wallMs, ...direction};
}

/** The OOM counter did not move across the death. */
export function noOutOfMemoryKill(c: Circumstances, direction: Direction): Evidence | undefined {
  const count = c.outOfMemory;
  if (!count || count.before !== count.after) return undefined;
  return {source: 'oom-counter', fact: `oom_kill of the ${count.scope} unchanged at ${count.after}`, ...direction};
}

/**
 * The master went on after the death, so nothing that ends a master ended this worker. A master that is stopping forks
 * nobody, and is gone within `graceful_timeout`.
 */
export function masterWentOn(c: Circumstances, direction: Direction): Evidence | undefined {
  const {id, goneAt, stop, shuttingDown, halted} = c.master;
  const {replacedBy} = c.life;
  if (replacedBy)
    return {source: 'workers', fact: `master ${id.pid} forked ${replacedBy.pid} in its place`, ...direction};
  const endMs = c.end.at.monotonicMs;
  const isEnding =
    (goneAt && goneAt.monotonicMs - endMs <= c.longestDrainMs) ||
    [stop, shuttingDown, halted].some((fact) => fact && fact.at.monotonicMs - endMs <= wentOnForMs);
  if (isEnding || c.waitedMs < wentOnForMs) return undefined;
  return {source: 'processes', fact: `master ${id.pid} went on`, ...direction};
}

/**
 * A log that was read without a gap has no such record: `what` in words. `withinMs` is how long before the death it
 * would have been printed at the earliest, and `hidden` whether a log level can leave it out.
 */
export function logHasNo(
  c: Circumstances,
  what: string,
  {withinMs, hidden}: {readonly withinMs: number; readonly hidden: boolean},
  direction: Direction,
): Evidence | undefined {
  const {unbrokenForMs, showsInfo} = c.log;
  if (unbrokenForMs === undefined || unbrokenForMs < withinMs || (hidden && !showsInfo)) return undefined;
  return {source: 'log', fact: `the log, read without a gap, has no ${what}`, ...direction};
}

/** All that are known, in order. */
export function known(...evidence: ReadonlyArray<Evidence | undefined>): readonly Evidence[] {
  return evidence.filter((item) => item !== undefined);
}
