/**
 * One worker's life as it was watched: when it was there, its last glimpses, what the log says of it, and how it ended.
 *
 * A life holds facts and no opinion. It is bounded: glimpses cover the last ten seconds, the trend the last minutes.
 */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {ChildKind, ExitStatus, Heartbeat, Moment, ProcessId, WorkerSample} from '../observation.js';

/** A worker as one sample saw it. */
export type Glimpse = {readonly at: Moment; readonly sample: WorkerSample};

/** A log record that belongs to one life, or to the master; `at` is when it was read. */
export type LogFact = {readonly at: Moment; readonly event: LogEvent};

/** Why a worker was asked to finish its requests and leave. */
export type DrainReason = 'reload' | 'max-requests' | 'scale-down' | 'shutdown';

export type LifeEnd = {
  /** The heartbeat as it stood after the death, when its file was still held open. */
  readonly heartbeat?: Heartbeat;
  /** The first sample without it: the death lies between `lastSeen` and this. */
  readonly at: Moment;
  /** The wait status, when a source showed it. */
  readonly exit?: {readonly status: ExitStatus; readonly source: 'log' | 'exits'};
};

export type Life = {
  readonly id: ProcessId;
  readonly nsPid?: number;
  readonly kind: ChildKind;
  readonly generation: number;
  /** Wall clock of the fork, milliseconds. */
  readonly startedMs: number;
  readonly firstSeen: Moment;
  readonly lastSeen: Moment;
  /** Born while no slot was open: the mark of a reload or of one worker more. */
  readonly surplus: boolean;
  /** True once the worker notified its heartbeat or said so; false while it is known not to have; undefined when unreadable. */
  readonly booted?: boolean;
  readonly bootedAt?: Moment;
  /** Oldest first, at most `glimpsesKept`. */
  readonly glimpses: readonly Glimpse[];
  /** RSS in bytes over time, oldest first, at most `trendKept`, one every `trendEveryMs`. */
  readonly trend: ReadonlyArray<{readonly at: Moment; readonly rssBytes: number}>;
  /** Oldest first, at most `logFactsKept`. */
  readonly log: readonly LogFact[];
  /** Requests counted in the access log since the attach. */
  readonly accessCount?: number;
  readonly end?: LifeEnd;
  /** The worker that was forked in its place. */
  readonly replacedBy?: ProcessId;
  /** The master it was a child of when first seen. */
  readonly master: ProcessId;
};

/** `pid@startTicks`: the name of a life, the same for every observer. */
export function lifeKey(id: ProcessId): string {
  return `${id.pid}@${id.startTicks}`;
}

export function sameProcess(a: ProcessId, b: ProcessId): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks;
}

/** The newest glimpse with a memory map: a process in the middle of its exit has none, and tells nothing any more. */
export function lastValidGlimpse(life: Life): Glimpse | undefined {
  return life.glimpses.findLast(
    ({sample}) => sample.processState !== 'Z' && sample.processState !== 'X' && sample.rssBytes !== 0,
  );
}

/** The newest log record of this life of one kind. */
export function said<Event extends LogEvent['event']>(
  life: Life,
  event: Event,
): {readonly at: Moment; readonly event: Extract<LogEvent, {readonly event: Event}>} | undefined {
  const found = life.log.findLast((fact) => fact.event.event === event);
  return found && {at: found.at, event: found.event as Extract<LogEvent, {readonly event: Event}>};
}
