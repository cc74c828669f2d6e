/** One child of the master, watched from its birth or our arrival to its end. */
import {exitStatusOf} from '../gunicorn/wait-status.js';
import type {Activity} from '../activity.js';
import type {Heartbeat} from '../heartbeat.js';
import type {ChildKind, ExitStatus, ProcessId, Reading, WorkerSample} from '../observation.js';
import {openProcessFiles, type ProcessFiles} from './process-files.js';
import type {ProcessStat} from './process-stat.js';
import {valueOf} from './reading.js';
import type {UsageReadings} from './worker-usage.js';

export type WatchedChild = {
  readonly id: ProcessId;
  readonly startedWallMs: number;
  readonly nsPid?: number;
  readonly files: ProcessFiles;
  kind: ChildKind;
  /** Whether we may look into it: only then is the exit field of its zombie more than a 0. */
  isOpenToUs: boolean;
  /** Resident pages as the stat showed them last, and what they were exactly then. */
  roughPages: number | undefined;
  pages: number | undefined;
  /** The newest sample, for the one in which its end is told. */
  last: WorkerSample | undefined;
  /** Its end was told, with all that will ever be known of it. */
  isOver: boolean;
};

/** Takes hold of a process; `gone` when it was reaped meanwhile. */
export function watchChild(
  pid: number,
  startedWallMsOf: (startTicks: number) => number,
  root = '/proc',
): Reading<WatchedChild> {
  const opened = openProcessFiles(pid, root);
  if (opened.kind !== 'ok') return opened;

  const files = opened.value;
  const nsPid = valueOf(files.status())?.nsPid;
  return {
    kind: 'ok',
    value: {
      id: {pid, startTicks: files.startTicks},
      startedWallMs: startedWallMsOf(files.startTicks),
      ...(nsPid !== undefined && {nsPid}),
      files,
      kind: 'undecided',
      isOpenToUs: false,
      roughPages: undefined,
      pages: undefined,
      last: undefined,
      isOver: false,
    },
  };
}

/** What other sensors know of the child at this moment. */
export type Beside = {
  readonly heartbeat: Heartbeat | undefined;
  readonly activity: Activity | undefined;
  /** The exact wait status, from a source that has it; undefined as long as it has not. */
  readonly exit: ExitStatus | undefined;
  /** What is read seldom; undefined when it was not read this time. */
  readonly usage?: UsageReadings | undefined;
  /** Whether the switches are to be read: dear, and only of use where the waits are not readable. */
  readonly withSwitches: boolean;
};

export type Units = {readonly pageBytes: number; readonly ticksPerSecond: number};

/** Fields are put in one by one: at 4 Hz for every worker, an object built from parts costs as much as reading a file. */
type Mutable<T> = {-readonly [Key in keyof T]: T[Key]};

/** Resident pages, exact. The stat shows them roughly and for free: only when it moved are they read anew. */
function residentPages(child: WatchedChild, stat: ProcessStat): number | undefined {
  if (child.roughPages === stat.rssPages && child.pages !== undefined) return child.pages;

  const pages = valueOf(child.files.residentPages());
  child.roughPages = stat.rssPages;
  child.pages = pages;
  return pages;
}

/** A sample of a living child, from a stat that was just read. */
export function sampleOf(child: WatchedChild, stat: ProcessStat, beside: Beside, units: Units): WorkerSample {
  const {heartbeat, activity} = beside;
  const pages = residentPages(child, stat);
  const sample: Mutable<WorkerSample> = {
    id: child.id,
    parentPid: stat.parentPid,
    kind: child.kind,
    processState: stat.state,
    cpuMs: (stat.cpuTicks * 1000) / units.ticksPerSecond,
    threads: stat.threads,
  };
  if (child.nsPid !== undefined) sample.nsPid = child.nsPid;
  if (pages !== undefined) sample.rssBytes = pages * units.pageBytes;
  if (heartbeat !== undefined) sample.heartbeat = heartbeat;
  if (activity !== undefined) sample.activity = activity;
  if (beside.usage !== undefined) Object.assign(sample, beside.usage);
  if (beside.withSwitches) {
    const switches = valueOf(child.files.status())?.voluntarySwitches;
    if (switches !== undefined) sample.voluntarySwitches = switches;
  }

  child.isOpenToUs ||= stat.argumentsAt !== 0;
  child.last = sample;
  return sample;
}

/**
 * The sample in which a child's end is told: a zombie (`Z`), or one that was reaped since the last tick (`X`).
 * Undefined when there is nothing new to tell.
 */
export function lastSampleOf(
  child: WatchedChild,
  stat: ProcessStat | undefined,
  beside: Beside,
): WorkerSample | undefined {
  if (child.isOver) return undefined;

  // Field 52 is 0 for whoever may not look, which is no exit code.
  const shown = stat !== undefined && child.isOpenToUs ? exitStatusOf(stat.exitCode) : undefined;
  const exit = beside.exit ?? shown;
  const told = child.last?.processState === 'Z';
  child.isOver = stat === undefined || exit !== undefined;
  if (told && exit === undefined) return undefined;

  const {heartbeat} = beside;
  const {
    activity: _activity,
    rssBytes: _rssBytes,
    ...before
  } = child.last ?? {
    id: child.id,
    parentPid: stat?.parentPid ?? 0,
    kind: child.kind,
    cpuMs: 0,
  };
  child.last = {
    ...before,
    processState: stat === undefined ? 'X' : 'Z',
    ...(heartbeat !== undefined && {heartbeat}),
    ...(exit !== undefined && {exit}),
  };
  return child.last;
}
