/** Facts that several rules ask for, each as the evidence that a person can read. Undefined means: not known. */
import type {LogEvent} from '../gunicorn/log-event.js';
import {describeExit} from '../gunicorn/wait-status.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import type {LogFact} from '../ledger/life.js';
import {clearlyBelowTimeoutMs, haltNearMs, timeoutToleranceMs} from './thresholds.js';
import type {Cause, Evidence} from './verdict.js';

type Direction = {readonly supports?: Cause; readonly contradicts?: Cause};

/** "12.4 s". */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The worker's or master's own log record as evidence. */
export function logEvidence(fact: LogFact, direction: Direction): Evidence {
  return {source: 'log', fact: fact.event.text, atMs: fact.event.wallMs ?? fact.at.wallMs, ...direction};
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
  return [{source: c.exit.source, fact: describeExit(c.exit.status), atMs: c.end.at.wallMs, ...direction}];
}

/**
 * Whether the worker left by itself, through Python: "Worker exiting" is printed for every SystemExit, return or
 * exception and never for a death by signal or os._exit (arbiter.py spawn_worker, `finally`). Exit 0 says the same of signals.
 */
export function leftByItself(c: Circumstances, direction: Direction): Evidence | undefined {
  const line = ownLine(c, 'worker-exiting', direction);
  if (line && exitSignal(c) !== 'SIGKILL') return line;
  const code = exitCode(c);
  return code === undefined ? undefined : exitEvidence(c, direction)[0];
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

/** The OOM counter did not move across the death. */
export function noOutOfMemoryKill(c: Circumstances, direction: Direction): Evidence | undefined {
  const count = c.outOfMemory;
  if (!count || count.before !== count.after) return undefined;
  return {source: 'oom-counter', fact: `oom_kill of the ${count.scope} unchanged at ${count.after}`, ...direction};
}

/** The master went on after the death, so nothing that ends a master ended this worker. */
export function masterWentOn(c: Circumstances, direction: Direction): Evidence | undefined {
  if (!c.master.aliveAfter || c.waitedMs < 1000 || stopSignal(c) || c.master.shuttingDown || c.master.halted)
    return undefined;
  return {source: 'processes', fact: `master ${c.master.id.pid} went on`, ...direction};
}

/** The master's own "Handling signal" for one of these signals, the newest. */
export function handled(c: Circumstances, signals: readonly string[]): LogFact | undefined {
  return c.master.signals.findLast(({event}) => event.event === 'handling-signal' && signals.includes(event.signal));
}

/** The master was told to stop. */
export function stopSignal(c: Circumstances): LogFact | undefined {
  return handled(c, ['term', 'int', 'quit']);
}

/** gunicorn itself asked this worker to leave, or the worker said why it leaves: then no other reason is needed for a clean exit. */
export function toldToLeave(c: Circumstances, direction: Direction): Evidence | undefined {
  const own =
    ownLine(c, 'autorestarting', direction) ??
    ownLine(c, 'code-changed', direction) ??
    ownLine(c, 'parent-changed', direction);
  if (own) return own;
  const order =
    stopSignal(c) ??
    haltedNear(c) ??
    (c.drain === 'reload' || c.drain === 'scale-down' ? handled(c, ['hup', 'ttou', 'winch']) : undefined);
  return order && logEvidence(order, direction);
}

/** gunicorn stopped itself around this death. */
export function haltedNear(c: Circumstances): LogFact | undefined {
  const {halted} = c.master;
  return halted && Math.abs(halted.at.monotonicMs - c.end.at.monotonicMs) <= haltNearMs + c.gracefulSeconds * 1000
    ? halted
    : undefined;
}

/** A complete log has no such record for this life. Only a log that is known to be complete may speak by silence. */
export function logHasNo(c: Circumstances, what: string, direction: Direction): Evidence | undefined {
  if (!c.logComplete) return undefined;
  return {source: 'log', fact: `no "${what}" in the log, read without a gap`, ...direction};
}

/** The worker's own words that it failed while starting. */
export function bootFailure(c: Circumstances): LogFact | undefined {
  if (c.life.booted === true) return undefined;
  return said(c.life, 'exception-in-worker') ?? said(c.life, 'app-load-error') ?? said(c.life, 'lifespan-failed');
}

/** All that are known, in order. */
export function known(...evidence: ReadonlyArray<Evidence | undefined>): readonly Evidence[] {
  return evidence.filter((item) => item !== undefined);
}
