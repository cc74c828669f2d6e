/**
 * What a sensor saw, raw and as plain JSON: the one kind of value that enters the pure core.
 *
 * An observation carries its own time and its units, and no arithmetic: ages, rates and verdicts are made
 * downstream from two or more of them. Secrets are masked and control characters stripped before one exists,
 * so that a recording is nothing but a list of observations.
 */
import type {Activity} from './activity.js';
import type {ChangedFile, UnitState} from './changed-file.js';
import type {LogEvent} from './gunicorn/log-event.js';
import type {Settings} from './gunicorn/settings.js';
import type {Heartbeat} from './heartbeat.js';
import type {CpuSample, ListenerSample, MemorySample, NetworkSample} from './machine-sample.js';
import type {Sender} from './sender.js';
import type {SourceId, SourceState} from './source-state.js';

/** The outcome of reading one source once. Only our own bugs throw; everything else is one of these. */
export type Reading<T> =
  | {readonly kind: 'ok'; readonly value: T}
  /** The process or file vanished: normal while reading a live system. */
  | {readonly kind: 'gone'}
  /** Permission refused; `by` names what refused in words, for example "file mode (another user)". */
  | {readonly kind: 'denied'; readonly by: string}
  /** This platform, kernel or target does not have the source. */
  | {readonly kind: 'unsupported'; readonly why: string}
  /** Anything else, in one sentence. */
  | {readonly kind: 'failed'; readonly why: string};

/** Two clocks read together: wall clock for people, monotonic (CLOCK_MONOTONIC) for arithmetic. Milliseconds. */
export type Moment = {readonly wallMs: number; readonly monotonicMs: number};

/** A process for good: its pid together with its start time in clock ticks since boot (proc_pid_stat(5), field 22). */
export type ProcessId = {readonly pid: number; readonly startTicks: number};

/** How a process ended. `core` says whether a core was dumped; absent where only the log tells, which mostly does not say. */
export type ExitStatus = {readonly code: number} | {readonly signal: string; readonly core?: boolean};

/** Worker: serves requests. Dirty: an arbiter or worker of gunicorn's dirty pool. Successor: a USR2 master. Other: a child of the app. */
export type ChildKind = 'worker' | 'dirty' | 'successor' | 'other' | 'undecided';

/** One child of the master (or a worker whose master is gone) at one moment. */
export type WorkerSample = {
  readonly id: ProcessId;
  /** The pid inside the worker's own pid namespace, when it differs from the host's. */
  readonly nsPid?: number;
  readonly parentPid: number;
  readonly kind: ChildKind;
  /** One letter: R running, S sleeping, D disk sleep, T stopped, Z zombie, X dead (proc_pid_stat(5), field 3). */
  readonly processState: string;
  /** User and system time used so far, milliseconds (fields 14 and 15). */
  readonly cpuMs: number;
  /** Time that its main thread was ready to run and waited for a processor so far, milliseconds (`schedstat`, second field). */
  readonly runQueueMs?: number;
  readonly rssBytes?: number;
  /** The most it ever had resident (proc_pid_status(5), VmHWM). */
  readonly peakRssBytes?: number;
  /** Resident memory with shared pages divided among their users, and without them; dear to read, so seldom there. */
  readonly pssBytes?: number;
  readonly ussBytes?: number;
  readonly threads?: number;
  /** Times the process gave up the processor by itself so far (proc_pid_status(5)). */
  readonly voluntarySwitches?: number;
  readonly heartbeat?: Heartbeat;
  readonly activity?: Activity;
  /** The wait status a zombie shows before it is reaped (field 52); only same user or root ever see it. */
  readonly exit?: ExitStatus;
};

/** One tick of the session: everything that was readable at one moment. */
export type Sample = {
  readonly kind: 'sample';
  /** When its reading began: whatever it shows was so at this moment or after. */
  readonly at: Moment;
  /**
   * How long its reading took, milliseconds: usually a few, and seconds when the machine stood still or a read was
   * blocked. Whatever it shows was so before that was over. Absent in recordings that were made without it.
   */
  readonly tookMs?: number;
  /** How much later than planned this tick ran, milliseconds. */
  readonly lateMs: number;
  /** Absent when the master is gone and orphaned workers are still watched. */
  readonly master?: {readonly id: ProcessId; readonly processState: string; readonly deadChildrenMinorFaults: number};
  readonly workers: readonly WorkerSample[];
  readonly listeners?: readonly ListenerSample[];
  readonly network?: NetworkSample;
  readonly memory?: MemorySample;
  readonly cpu?: CpuSample;
};

/** A master was found and every available sensor is armed: written once for each master. */
export type Attached = {
  readonly kind: 'attached';
  readonly at: Moment;
  /** The target as the user named it, or the pid that was picked. */
  readonly target: string;
  readonly master: {
    readonly id: ProcessId;
    readonly startedWallMs: number;
    /** Pid inside the master's own pid namespace, when it differs: its log lines carry this one. */
    readonly nsPid?: number;
    readonly parentPid: number;
    readonly user?: string;
    readonly settings: Settings;
  };
  readonly sources: readonly SourceState[];
};

/** A log record of the target, parsed; `at` is when it was read, `event.wallMs` what the line itself says. */
export type LogObserved = {readonly kind: 'log'; readonly at: Moment; readonly event: LogEvent};

/** Lines of the access log that carried a worker's pid since the last such observation. */
export type AccessObserved = {
  readonly kind: 'access';
  readonly at: Moment;
  readonly requests: ReadonlyArray<{readonly pid: number; readonly count: number}>;
};

/** One Python frame: function, file as the code object names it (inside the target's own root), and line. */
export type StackFrame = {readonly function: string; readonly file: string; readonly line?: number};

/** A request that a worker has begun and not ended, as its memory shows it. The query is there only where it was asked for. */
export type RequestInFlight = {
  readonly method: string;
  readonly path: string;
  /** Wall clock of its begin; absent where the class keeps none that can be verified. */
  readonly startedWallMs?: number;
  /** The thread that handles it, by its kernel id in the worker's own pid namespace. */
  readonly threadId?: number;
  /** Where it is, innermost frame first: of its thread, or of what its task awaits. */
  readonly stack?: readonly StackFrame[];
};

/** The Python stack of one thread, innermost frame first. `moving` innermost frames changed while they were read and are left out. */
export type ThreadStack = {
  readonly threadId?: number;
  readonly isMain: boolean;
  readonly frames: readonly StackFrame[];
  readonly moving: boolean;
};

/** Why the arbiter forked a worker, as the arbiter's frames at the bottom of the worker's own stack tell. */
export type SpawnReason = 'initial' | 'replacement' | 'reload' | 'scale-up';

/** What the memory of one worker told at one moment. What could not be verified is absent. */
export type WorkerPeek = {
  readonly id: ProcessId;
  /** Requests begun so far, whatever the class counts. */
  readonly requestsBegun?: number;
  /** The limit at which it recycles, jitter included; absent without one. */
  readonly maxRequests?: number;
  readonly spawnReason?: SpawnReason;
  /** All requests in flight that could be seen; empty: none. Absent: not read this time. */
  readonly requests?: readonly RequestInFlight[];
  readonly threads?: readonly ThreadStack[];
  /** Why nothing could be read of this worker, in words. */
  readonly why?: string;
};

/** What was read out of the memory of the master and its workers. */
export type Peeked = {
  readonly kind: 'peek';
  readonly at: Moment;
  readonly master?: {
    readonly id: ProcessId;
    /** Effective settings, read when they were first verified and when they changed. */
    readonly settings?: Settings;
    /** Workers forked so far: the arbiter's counter, so that deaths nobody saw can be counted. */
    readonly workersSpawned?: number;
  };
  readonly workers: readonly WorkerPeek[];
};

/** A signal that was delivered to the master or to one of its children, and when. */
export type SignalSent = {
  readonly kind: 'signal';
  readonly at: Moment;
  readonly pid: number;
  readonly signal: string;
  readonly sender: Sender;
};

/** The kernel chose a child of the master, or itself, to be killed for want of memory. */
export type MemoryVictim = {
  readonly kind: 'memory-victim';
  readonly at: Moment;
  readonly pid: number;
  /** Where the memory had run out: in a control group, or on the whole machine. */
  readonly scope?: 'cgroup' | 'machine';
  /** Anonymous memory that it held then. */
  readonly anonymousBytes?: number;
};

/** The kernel met a fault of a process, one that no other process can cause by a signal. */
export type ProcessFault = {
  readonly kind: 'fault';
  readonly at: Moment;
  readonly pid: number;
  /** In the kernel's words: "segfault at 0 in libc.so.6+0x167ad8". */
  readonly text: string;
};

/** A child of the master that lived and ended between two samples. */
export type BriefLife = {
  readonly kind: 'brief-life';
  /** When it ended. */
  readonly at: Moment;
  readonly pid: number;
  readonly bornAt: Moment;
  readonly exit: ExitStatus;
};

export type KernelEvent = SignalSent | MemoryVictim | ProcessFault | BriefLife;

/** The sources that are the kernel's own record of deaths. */
export type KernelSourceId = Extract<SourceId, 'connector' | 'kernel-log' | 'signals'>;

/** What the kernel itself told about deaths since the last such observation of the same source. */
export type KernelObserved = {
  readonly kind: 'kernel';
  readonly at: Moment;
  readonly source: KernelSourceId;
  readonly events: readonly KernelEvent[];
  /** Something was lost before these, so that nothing follows from what is missing. */
  readonly hasGap?: true;
};

/** A source was gained or lost, or its state changed, after `attached`. */
export type SourceChanged = {readonly kind: 'source'; readonly at: Moment; readonly source: SourceState};

/** What was changed last on disk of what a boot depends on, looked at after the attach and after a failed boot. */
export type ChangesObserved = {
  readonly kind: 'changes';
  readonly at: Moment;
  /** The master whose application it is. */
  readonly id: ProcessId;
  /** Newest first. */
  readonly files: readonly ChangedFile[];
  /** Files that were there at the attach and are not any more. */
  readonly removed: readonly string[];
  /** Whether the whole folder of the application was looked through. */
  readonly complete: boolean;
  readonly unit?: UnitState;
};

/** Log records from before the attach that tell of workers' births and ends, oldest first, in several parts. */
export type HistoryObserved = {
  readonly kind: 'history';
  readonly at: Moment;
  readonly events: readonly LogEvent[];
  /** Whether nothing more of the past will come. */
  readonly isLast: boolean;
};

/** Settings that the master itself told, after the attach or because they changed. */
export type SettingsObserved = {
  readonly kind: 'settings';
  readonly at: Moment;
  readonly id: ProcessId;
  readonly settings: Settings;
};

/** The master's process is gone. */
export type MasterGone = {readonly kind: 'master-gone'; readonly at: Moment; readonly id: ProcessId};

export type Observation =
  | Attached
  | Sample
  | LogObserved
  | AccessObserved
  | KernelObserved
  | Peeked
  | ChangesObserved
  | SettingsObserved
  | HistoryObserved
  | SourceChanged
  | MasterGone;
