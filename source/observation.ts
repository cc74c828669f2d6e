/**
 * What a sensor saw, raw and as plain JSON: the one kind of value that enters the pure core.
 *
 * An observation carries its own time and its units, and no arithmetic: ages, rates and verdicts are made
 * downstream from two or more of them. Secrets are masked and control characters stripped before one exists,
 * so that a recording is nothing but a list of observations.
 */
import type {LogEvent} from './gunicorn/log-event.js';
import type {Settings} from './gunicorn/settings.js';

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

/** What is read, by the name it has everywhere: `attached.sources`, `--without`, the screen's footer. */
export type SourceId =
  | 'processes'
  | 'heartbeat'
  | 'log'
  | 'exits'
  | 'connector'
  | 'kernel-log'
  | 'signals'
  | 'activity'
  | 'memory'
  | 'cpu'
  | 'traffic'
  | 'settings'
  | 'peek'
  | 'changes'
  | 'control-socket'
  | 'journal';

export type SourceState = {
  readonly id: SourceId;
  readonly state: 'ok' | 'partly' | 'denied' | 'unsupported' | 'failed' | 'off';
  /** What stands in the way, in words. Absent when `state` is `ok`. */
  readonly why?: string;
  /** What would unlock it, in words, when something would. */
  readonly unlock?: string;
};

/** How a process ended. `core` says whether a core was dumped. */
export type ExitStatus = {readonly code: number} | {readonly signal: string; readonly core: boolean};

/** Worker: serves requests. Dirty: an arbiter or worker of gunicorn's dirty pool. Successor: a USR2 master. Other: a child of the app. */
export type ChildKind = 'worker' | 'dirty' | 'successor' | 'other' | 'undecided';

/** The worker's heartbeat file as it stood (see gunicorn/heartbeat.ts for what the fields mean per version). */
export type Heartbeat = {
  /** Wall clock of the last heartbeat: the file's ctime, whole milliseconds. */
  readonly changedWallMs: number;
  /** CLOCK_MONOTONIC of the last heartbeat, whole milliseconds; only gunicorn 22 and newer writes it. */
  readonly beatMonotonicMs?: number;
  /** Whether the worker has notified at least once, which it does first when it has booted. */
  readonly notified: boolean;
};

/** What one thread of a worker waits for, as the kernel tells it. */
export type Wait = {
  readonly kind:
    | 'client' // reading from or writing to a connection accepted from one of the master's listeners
    | 'accept' // select, poll or epoll with nothing to do, or accept itself
    | 'peer' // a connection the worker opened; `what` is its remote address
    | 'file' // `what` is the path
    | 'child' // `what` is the child's name
    | 'lock'
    | 'sleep'
    | 'cpu'
    | 'disk'
    | 'other';
  readonly what?: string;
  /** System call name, or kernel function where the call is not readable. */
  readonly via?: string;
};

export type Activity = {
  /** The main thread's wait. Absent when neither the system call nor the kernel function is readable. */
  readonly main?: Wait;
  /** The other threads' waits, for threaded classes; read only while the class has a pool. */
  readonly threads?: readonly Wait[];
  /** Connections accepted from the master's listeners and held open now; undefined when descriptors are unreadable. */
  readonly clients?: number;
  /** Those of them whose peer has already closed (CLOSE_WAIT): the client has given up. */
  readonly clientsGone?: number;
};

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

export type ListenerSample = {
  readonly address: string;
  /** Connections in the accept queue, not yet taken by a worker. */
  readonly backlog?: number;
  readonly backlogLimit?: number;
  /** Set when the limit is not the kernel's own word, but the smaller of gunicorn's `backlog` and `net.core.somaxconn`. */
  readonly backlogLimitInferred?: true;
  /** Connections that the kernel dropped at this listener so far, as it counts them for this one socket. */
  readonly drops?: number;
};

/** Counters of the network namespace that the target lives in, so far: all TCP listeners in it together (proc_pid_net(5)). */
export type NetworkSample = {
  /** Connections that listeners took up (Tcp PassiveOpens). */
  readonly passiveOpens?: number;
  /** Connections that found an accept queue full (TcpExt ListenOverflows). */
  readonly listenOverflows?: number;
  /** Those and others that a listener dropped (TcpExt ListenDrops). */
  readonly listenDrops?: number;
  /** TCP listeners of others in the same namespace: with none, the counters are the target's own. */
  readonly otherListeners?: number;
};

export type MemorySample = {
  /** OOM kills on this machine so far, memory cgroup kills included (/proc/vmstat oom_kill). */
  readonly oomKills?: number;
  /** The same for the target's own memory cgroup. */
  readonly cgroupOomKills?: number;
  /** Of the group whose limit will be hit first, the target's own or one above it. */
  readonly usedBytes?: number;
  readonly limitBytes?: number;
  /** The most that group ever used. */
  readonly peakBytes?: number;
  /** How often that group was at its limit so far (memory.events `max`, in version 1 memory.failcnt). */
  readonly limitHits?: number;
  /** Time in which some task of the target's group waited for memory so far, milliseconds (memory.pressure). */
  readonly groupPressureMs?: number;
  /** The same for the machine (/proc/pressure/memory). */
  readonly pressureMs?: number;
  /** What the machine has left to give away without swapping (MemAvailable), and all it has (MemTotal). */
  readonly availableBytes?: number;
  readonly machineBytes?: number;
  /** Names of running programs that kill for memory before the kernel does: "earlyoom", "systemd-oomd". */
  readonly oomDaemons?: readonly string[];
};

/** What the processors had to give, as counters so far. */
export type CpuSample = {
  readonly processors?: number;
  /** Time of all processors together, milliseconds: all of it, what was worked, and what the hypervisor gave to others (/proc/stat). */
  readonly totalMs?: number;
  readonly busyMs?: number;
  readonly stolenMs?: number;
  /** Time in which some task of the machine waited for a processor, milliseconds (/proc/pressure/cpu `some`). */
  readonly pressureMs?: number;
  /** The same for the target's own group (cpu.pressure). */
  readonly groupPressureMs?: number;
  /** The tightest quota on the target's group or one above it, in processors. Absent when there is none. */
  readonly quotaProcessors?: number;
  /** Of the group with that quota: periods in which it ran, those in which it used its quota up, and for how long it was held back. */
  readonly periods?: number;
  readonly throttledPeriods?: number;
  readonly throttledMs?: number;
};

/** One tick of the session: everything that was readable at one moment. */
export type Sample = {
  readonly kind: 'sample';
  readonly at: Moment;
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

/** Who sent a signal, as far as it was still there to be asked. */
export type Sender = {
  readonly pid: number;
  /** Its name, at most 15 bytes (PR_SET_NAME(2const)). */
  readonly name?: string;
  readonly user?: string;
  /** The kernel sent it by itself, in the time of this process: for a memory fault, for a terminal, for want of memory. */
  readonly isKernel?: true;
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

/** A file or a package by its name and when it was last changed on disk (ctime). What is in it is never read. */
export type ChangedFile = {
  readonly what: 'application' | 'config' | 'package' | 'unit';
  /** A path below the application's folder, "stripe 5.0.0" for a package, the whole path for a unit's file. */
  readonly name: string;
  readonly changedWallMs: number;
};

/** What systemd says of the service. */
export type UnitState = {
  readonly name: string;
  /** How often it was started again by systemd (NRestarts). */
  readonly restarts?: number;
  /** Another one after every start. */
  readonly invocationId?: string;
  /** Of the last run: "success", "exit-code", "oom-kill" and others (systemd.service(5)). */
  readonly result?: string;
  /** Whether one worker that is killed for memory takes the others with it: "stop", "kill" or "continue". */
  readonly oomPolicy?: string;
};

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
