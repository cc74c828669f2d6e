/**
 * The history of one target: its masters, the lives of their workers, and what the log said, folded from observations.
 *
 * It is a value; `take` (take.ts) returns the next one. It keeps facts, and matches deaths with births, but names no cause.
 */
import type {Settings} from '../gunicorn/settings.js';
import type {Moment, ProcessId, SourceState} from '../observation.js';
import type {Life, LogFact} from './life.js';
import type {Pulse} from './pulse.js';
import {sameProcess} from './life.js';

export type MasterRecord = {
  readonly id: ProcessId;
  readonly nsPid?: number;
  readonly startedMs: number;
  readonly user?: string;
  readonly settings: Settings;
  readonly attachedAt: Moment;
  readonly goneAt?: Moment;
};

/** A worker that only the log knows: it lived between two samples. */
export type UnseenLife = {readonly at: Moment; readonly pid: number; readonly log: readonly LogFact[]};

export type Ledger = {
  readonly target: string;
  /** The time of the newest observation. */
  readonly at?: Moment;
  /** Oldest first; the last one is the current or the last known. At most ten. */
  readonly masters: readonly MasterRecord[];
  /** In order of birth. */
  readonly living: readonly Life[];
  /** In order of death, bounded. */
  readonly ended: readonly Life[];
  readonly generation: number;
  /** What masters printed, whichever master it was; bounded. */
  readonly masterLog: readonly LogFact[];
  /** Records about pids that no sample has shown yet. */
  readonly unclaimed: readonly LogFact[];
  /** Lives that only the log knows, newest last; bounded. */
  readonly unseen: readonly UnseenLife[];
  readonly pulses: readonly Pulse[];
  readonly sources: readonly SourceState[];
  /** A USR2 successor seen as a child of the current master. */
  readonly successor?: {readonly id: ProcessId; readonly firstSeen: Moment};
  /** Whether the log was seen to carry INFO records, so that the absence of one means something. */
  readonly logShowsInfo: boolean;
};

export function emptyLedger(target: string): Ledger {
  return {
    target,
    masters: [],
    living: [],
    ended: [],
    generation: 1,
    masterLog: [],
    unclaimed: [],
    unseen: [],
    pulses: [],
    sources: [],
    logShowsInfo: false,
  };
}

/** The master that is watched now, or was last. */
export function currentMaster(ledger: Ledger): MasterRecord | undefined {
  return ledger.masters.at(-1);
}

export function masterOf(ledger: Ledger, life: Life): MasterRecord | undefined {
  return ledger.masters.findLast((master) => sameProcess(master.id, life.master));
}

/** Whether the error log could be read at all; its level may still hide records (`logShowsInfo`). */
export function logIsRead(ledger: Ledger): boolean {
  return ledger.sources.some((source) => source.id === 'log' && (source.state === 'ok' || source.state === 'partly'));
}
