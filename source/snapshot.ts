/**
 * The one frozen value that everything outside the core draws from: the screen, the stream and the report.
 *
 * Live, replayed and joined sessions produce the same type, and no view can tell which one it is looking at.
 */
import type {BootLoop} from './diagnosis/boot-loop.js';
import type {Headline} from './diagnosis/headline.js';
import type {HeavyPath} from './diagnosis/heavy-paths.js';
import type {MasterEvent} from './diagnosis/master-events.js';
import type {Pattern} from './diagnosis/pattern.js';
import type {Restart} from './diagnosis/restart.js';
import type {Cause} from './diagnosis/verdict.js';
import type {Settings} from './gunicorn/settings.js';
import type {MasterTroubleNow} from './ledger/master-trouble.js';
import type {CpuNow, MemoryNow, TrafficNow} from './ledger/surroundings.js';
import type {LifeRow} from './ledger/worker-row.js';
import type {Moment} from './observation.js';
import type {SourceState} from './source-state.js';

// A view imports the parts of a snapshot from here, and no room behind it.
export type {BootLoop} from './diagnosis/boot-loop.js';
export type {Headline} from './diagnosis/headline.js';
export type {HeavyPath} from './diagnosis/heavy-paths.js';
export type {MasterEvent, MasterEventKind} from './diagnosis/master-events.js';
export type {Pattern} from './diagnosis/pattern.js';
export type {Restart} from './diagnosis/restart.js';
export type {CpuNow, MemoryNow, TrafficNow} from './ledger/surroundings.js';
export type {RequestCount, RequestSeen} from './ledger/worker-row.js';
export type {WorkerState} from './ledger/worker-state.js';

/** One row of the worker table. A dead worker's row stays for some seconds, and shows its cause once that is settled. */
export type WorkerRow = Omit<LifeRow, 'ended'> & {
  readonly ended?: {readonly cause?: Cause; readonly atMs: number};
};

/** Deaths that are known to have happened without being seen one by one. */
export type Missed = {readonly atMs: number; readonly count: number; readonly atLeast: boolean; readonly why: string};

export type MasterView = {
  readonly pid: number;
  readonly nsPid?: number;
  readonly startedMs: number;
  readonly user?: string;
  readonly settings: Settings;
  /** How many workers it wants now; its setting tells only with how many it began. */
  readonly wantedWorkers?: number;
  /** False once it is gone and before a successor is found. */
  readonly alive: boolean;
  readonly trouble?: MasterTroubleNow;
};

export type Snapshot = {
  readonly at: Moment;
  readonly target: string;
  readonly master?: MasterView;
  readonly workers: readonly WorkerRow[];
  /** Newest first. Bounded. */
  readonly restarts: readonly Restart[];
  readonly missed: readonly Missed[];
  readonly masterEvents: readonly MasterEvent[];
  readonly bootLoop?: BootLoop;
  readonly pattern: Pattern;
  /** Costliest first, at most twenty; empty where no memory was readable and no restart named its request. */
  readonly heavyPaths: readonly HeavyPath[];
  readonly headline: Headline;
  readonly traffic: TrafficNow;
  readonly memory: MemoryNow;
  readonly cpu: CpuNow;
  readonly sources: readonly SourceState[];
  /** Why request counts are not known, when they are not. */
  readonly requestsUnknownBecause?: string;
};
