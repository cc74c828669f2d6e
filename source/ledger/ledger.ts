/**
 * The history of one target: its masters, the lives of their workers, and what the log said, folded from observations.
 *
 * It is a value; `take` (take.ts) returns the next one. It keeps facts, and matches deaths with births, but names no cause.
 */
import type {Settings} from '../gunicorn/settings.js';
import type {ChangesObserved, ExitStatus, KernelSourceId, Moment, ProcessId, SignalSent} from '../observation.js';
import type {SourceState} from '../source-state.js';
import type {ClockStep} from './clock-steps.js';
import type {HiddenReaps} from './hidden-reaps.js';
import type {Life, LogFact} from './life.js';
import type {PathFacts} from './paths.js';
import type {MasterTrouble} from './master-trouble.js';
import type {Pulse} from './pulse.js';
import {sameProcess} from './life.js';
import type {Spawns} from './spawns.js';

export type MasterRecord = {
  readonly id: ProcessId;
  readonly nsPid?: number;
  readonly startedMs: number;
  readonly parentPid: number;
  readonly user?: string;
  readonly settings: Settings;
  readonly attachedAt: Moment;
  readonly firstSampleAt?: Moment;
  /** When that had been read. */
  readonly firstSampleBy?: Moment;
  /** Children that were dead in the first sample: they ended before the attach. */
  readonly leftBehind?: readonly ProcessId[];
  /** The generation of the workers that it forks now. */
  readonly generation: number;
  /** When it was told to fork one worker more, for each worker that was not seen since. */
  readonly birthsOrdered: readonly Moment[];
  /** How many workers stay, since when, after how many births, and how many were wanted when that stood still. */
  readonly crew?: {readonly count: number; readonly turns: number; readonly since: Moment; readonly wanted?: number};
  /** The USR2 successor that is its child, or was when it ended. */
  readonly successor?: ProcessId;
  /** When the first sample without it began, and when that was over: it ended before. */
  readonly goneAt?: Moment;
  readonly goneBy?: Moment;
  readonly trouble?: MasterTrouble;
  /** Signals that it was sent, where that is told; oldest first, bounded. */
  readonly signals?: readonly SignalSent[];
};

/**
 * A worker that lived between two samples. One with its exit was counted by the kernel; of one without, only the log
 * knows, and there may have been more.
 */
export type UnseenLife = {
  readonly at: Moment;
  readonly pid: number;
  readonly log: readonly LogFact[];
  readonly exit?: ExitStatus;
};

/** How many of them failed to boot in one minute; not exact where only the log knows of some. */
export type UnseenMinute = {readonly fromMs: number; readonly failed: number; readonly isExact: boolean};

/** Since when each of the kernel's sources has been read without a gap; absent where one is not read. */
export type KernelCover = {readonly [Id in KernelSourceId]?: Moment};

/** What the silence of the error log can be worth. */
export type LogCover = {
  /** Since when it has been read without a gap; absent while it is not. */
  readonly since?: Moment;
  /** Whether it was seen to carry INFO records, since the last reload of the settings that decide on that. */
  readonly showsInfo: boolean;
};

export type Ledger = {
  readonly target: string;
  /** The time of the newest observation. */
  readonly at?: Moment;
  /** Oldest first; the last one is the current or the last known. At most ten. */
  readonly masters: readonly MasterRecord[];
  /** In order of birth. */
  readonly living: readonly Life[];
  /** In order of death; those of the last minutes, bounded. */
  readonly ended: readonly Life[];
  /** What masters printed, whichever master it was; bounded. */
  readonly masterLog: readonly LogFact[];
  /** Records about pids that no sample has shown yet. */
  readonly unclaimed: readonly LogFact[];
  /** Lines without a header that tell why an application could not be loaded, until it is known of which worker. */
  readonly loadErrors: readonly LogFact[];
  /** Lives that no sample showed, newest last; bounded. */
  readonly unseen: readonly UnseenLife[];
  /** What is kept of those before, oldest minute first; bounded. */
  readonly unseenBefore: readonly UnseenMinute[];
  /** How many those are and were. */
  readonly unseenCount: number;
  /** How many workers were seen. */
  readonly births: number;
  /** What the arbiter's own counter tells of workers that were not; of the current master. */
  readonly spawns?: Spawns;
  /** What the page faults of its dead children tell of them, where nothing better counts. */
  readonly reaps?: HiddenReaps;
  /** The same of the masters before it. */
  readonly hiddenBefore: number;
  /** What is known of requests by their path, the newest last; bounded. */
  readonly paths: readonly PathFacts[];
  readonly pulses: readonly Pulse[];
  readonly sources: readonly SourceState[];
  /** What was changed last on disk, as it was looked at last. */
  readonly changes?: ChangesObserved;
  readonly log: LogCover;
  readonly kernel: KernelCover;
  /** Steps of the wall clock; bounded. */
  readonly clockSteps: readonly ClockStep[];
  /** How many log records were read. */
  readonly recordsRead: number;
  /** Requests of all workers together in the access log since the attach; absent while none carries a worker's pid. */
  readonly accessCount?: number;
};

export function emptyLedger(target: string): Ledger {
  return {
    target,
    masters: [],
    living: [],
    ended: [],
    masterLog: [],
    unclaimed: [],
    loadErrors: [],
    unseen: [],
    unseenBefore: [],
    unseenCount: 0,
    births: 0,
    hiddenBefore: 0,
    paths: [],
    pulses: [],
    sources: [],
    log: {showsInfo: false},
    kernel: {},
    clockSteps: [],
    recordsRead: 0,
  };
}

/** The master that is watched now, or was last. */
export function currentMaster(ledger: Ledger): MasterRecord | undefined {
  return ledger.masters.at(-1);
}

export function masterOf(ledger: Ledger, life: Life): MasterRecord | undefined {
  return ledger.masters.findLast((master) => sameProcess(master.id, life.master));
}

/** The ledger with its current master changed. */
export function withMaster(ledger: Ledger, change: (master: MasterRecord) => MasterRecord): Ledger {
  const master = currentMaster(ledger);
  const changed = master && change(master);
  return changed === undefined || changed === master
    ? ledger
    : {...ledger, masters: [...ledger.masters.slice(0, -1), changed]};
}

/** Whether the error log could be read at all; its level may still hide records (`log.showsInfo`). */
export function logIsRead(ledger: Ledger): boolean {
  return ledger.sources.some((source) => source.id === 'log' && (source.state === 'ok' || source.state === 'partly'));
}
