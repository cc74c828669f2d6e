/**
 * One worker's life as it was watched: when it was there, its last glimpses, what the log says of it, and how it ended.
 *
 * A life holds facts and no opinion. It is bounded: glimpses cover the last ten seconds, the trail the last minute,
 * the trend the last minutes.
 */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Heartbeat} from '../heartbeat.js';
import type {
  BriefLife,
  ChildKind,
  ExitStatus,
  KernelEvent,
  KernelSourceId,
  Moment,
  ProcessId,
  WorkerSample,
} from '../observation.js';
import type {LifeMemory} from './life-memory.js';
import type {FollowedRequest} from './paths.js';
import type {WaitReading} from './processor-wait.js';
import type {TrailPoint} from './trail.js';

/** A worker as one sample saw it: between `at` and `by`. */
export type Glimpse = {readonly at: Moment; readonly by: Moment; readonly sample: WorkerSample};

/**
 * A log record that belongs to one life, or to the master. `at` is when it was read. `order` counts the records that
 * were read: gunicorn's processes append to one file, so of two records the lower one was printed first.
 */
export type LogFact = {readonly at: Moment; readonly order: number; readonly event: LogEvent};

/** What the kernel told of a life, and where. */
export type KernelFact = Exclude<KernelEvent, BriefLife> & {readonly source: KernelSourceId};

/** Why a worker was asked to finish its requests and leave. */
export type DrainReason = 'reload' | 'max-requests' | 'scale-down' | 'shutdown';

/** What its master was told to do that makes this worker leave, and the record that says so. */
export type Order = {readonly reason: Exclude<DrainReason, 'max-requests'>; readonly fact: LogFact};

export type LifeEnd = {
  /** The heartbeat as it stood after the death, when its file was still held open. */
  readonly heartbeat?: Heartbeat;
  /** When the first sample without it began. */
  readonly at: Moment;
  /** When that sample was over: the death lies between `lastSeen` and this, and seconds after `at` where reading stood still. */
  readonly by: Moment;
  /** The wait status, when a source showed it. */
  readonly exit?: {readonly status: ExitStatus; readonly source: 'log' | 'exits'};
};

export type Life = {
  readonly id: ProcessId;
  readonly nsPid?: number;
  readonly kind: ChildKind;
  /** 1 for the workers found or forked first; a reload starts the next. */
  readonly generation: number;
  /** Wall clock of the fork, milliseconds. */
  readonly startedMs: number;
  readonly firstSeen: Moment;
  /** When the sample that showed it first had been read. */
  readonly firstSeenBy?: Moment;
  readonly lastSeen: Moment;
  /** Whether it was born while we looked, and not among the first workers of a starting master. */
  readonly isBornLater: boolean;
  /** Born while no place was open: the mark of a reload or of one worker more. */
  readonly surplus: boolean;
  /** The first order that concerns it, given before it began to leave. */
  readonly order?: Order;
  /** True once the worker notified its heartbeat or said so; false while it is known not to have; undefined when unreadable. */
  readonly booted?: boolean;
  readonly bootedAt?: Moment;
  /** Oldest first, at most `glimpsesKept`. */
  readonly glimpses: readonly Glimpse[];
  /** The newest glimpse in which it was not stopped: what it did before, also when that outlasts the glimpses. */
  readonly lastRunning?: Glimpse;
  /** RSS in bytes over time, oldest first, at most `trendKept`, one every `trendEveryMs`. */
  readonly trend: ReadonlyArray<{readonly at: Moment; readonly rssBytes: number}>;
  /** What is read of its memory seldom, as it was read last. */
  readonly weight?: Pick<WorkerSample, 'peakRssBytes' | 'pssBytes'>;
  /** How long it had waited for a processor, oldest first, at most `processorWaitsKept`. */
  readonly processorWaits: readonly WaitReading[];
  /** Its last minute, oldest first, at most `trailKept`. */
  readonly trail: readonly TrailPoint[];
  /** Oldest first, at most `logFactsKept`. */
  readonly log: readonly LogFact[];
  /** What the kernel told of it, oldest first, at most `kernelFactsKept`. */
  readonly kernel?: readonly KernelFact[];
  /** Requests counted in the access log since the attach. */
  readonly accessCount?: number;
  /** What its memory told, where that could be read. */
  readonly memory?: LifeMemory;
  /** The requests that it handles, followed. */
  readonly following?: readonly FollowedRequest[];
  readonly end?: LifeEnd;
  /** The worker that was forked in its place, after it had ended. */
  readonly replacedBy?: ProcessId;
  /** The worker that was forked to take over from it while it still lived, as a reload does. */
  readonly succeededBy?: ProcessId;
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

/** A log record of one kind. */
export type LogFactOf<Event extends LogEvent['event']> = Omit<LogFact, 'event'> & {
  readonly event: Extract<LogEvent, {readonly event: Event}>;
};

/** The newest log record of this life of one kind. */
export function said<Event extends LogEvent['event']>(life: Life, event: Event): LogFactOf<Event> | undefined {
  return life.log.findLast((fact): fact is LogFactOf<Event> => fact.event.event === event);
}
