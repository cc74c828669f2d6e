/**
 * Tells the past of a log once more, as observations: so that the deaths in it are judged by the same rules as those that
 * were watched, with the log as their only witness.
 *
 * A worker is there from its "Booting worker" until it or its master says that it left. One that vanished without a word
 * is withdrawn and not called dead, for when and how is not known. The time of a line has a granularity of one second.
 */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Settings} from '../gunicorn/settings.js';
import type {Moment, Observation, ProcessId, WorkerSample} from '../observation.js';

/** What is known of the master that was attached to, whose own past is in the log as well. */
export type RetoldMaster = {
  /** Its pid as its log lines carry it. */
  readonly logPid: number;
  readonly settings: Settings;
  /** Wall clock minus monotonic clock, milliseconds. */
  readonly offsetMs: number;
};

/** How far the tale has come. */
export type Tale = {
  readonly nowMs?: number;
  readonly master?: ProcessId;
  /** When it said that it shuts down. */
  readonly closingMs?: number;
  readonly isGone: boolean;
  readonly living: readonly ProcessId[];
  /** Those of them of which the master said that they are silent for too long. */
  readonly timedOut: readonly number[];
};

export const untold: Tale = {isGone: false, living: [], timedOut: []};

/** When a verdict is looked at again after the last word (diagnosis/thresholds.ts). */
const settlesAfterMs = [1300, 2600, 5200, 10_300, 121_400] as const;

/** A master that shuts down prints its reason after that, and is gone. */
const closesWithinMs = 1000;

type Told = {readonly tale: Tale; readonly observations: readonly Observation[]};

/** The next lines of the log, oldest first. One without a time of its own has that of the line before it. */
export function retell(tale: Tale, events: readonly LogEvent[], of: RetoldMaster): Told {
  const observations: Observation[] = [];
  let next = tale;
  for (const event of events) {
    const wallMs = event.wallMs ?? next.nowMs;
    if (wallMs === undefined) continue;
    const told = retellOne(next, {...event, wallMs}, of);
    next = told.tale;
    for (const observation of told.observations) observations.push(observation);
  }
  return {tale: next, observations};
}

/** The end: nothing more of the past was said up to now, `untilMs`; a last word is given the time to be judged by. */
export function endTale(tale: Tale, untilMs: number, of: RetoldMaster): readonly Observation[] {
  return passTime(tale, Math.max(untilMs, (tale.nowMs ?? 0) + settlesAfterMs[0] + 1), of).observations;
}

function retellOne(before: Tale, event: LogEvent & {readonly wallMs: number}, of: RetoldMaster): Told {
  const passed = passTime(before, event.wallMs, of);
  const nowMs = Math.max(event.wallMs, (passed.tale.nowMs ?? 0) + 1);
  const started = withMaster({...passed.tale, nowMs}, event, of);
  const at = momentOf(nowMs, of);
  const observations = [...passed.observations, ...started.observations];
  const {tale} = started;

  if (event.event === 'booting') {
    const born: ProcessId = {pid: event.pid, startTicks: ticksOf(nowMs)};
    const vanished = tale.living.filter(({pid}) => pid === event.pid);
    // 20.0 and older do not say that the one that was silent for too long is dead, but fork only when it is.
    const living = tale.living.filter(({pid}) => pid !== event.pid && !tale.timedOut.includes(pid));
    const emptied: Tale = {...tale, living, timedOut: []};
    const next: Tale = {...emptied, living: [...living, born]};
    return {
      tale: next,
      observations: [
        ...observations,
        ...(vanished.length > 0 ? [sampleOf({...emptied, living: [...living, ...vanished]}, at, vanished)] : []),
        ...(living.length < tale.living.length ? [sampleOf(emptied, at, [])] : []),
        {kind: 'log', at, event},
        sampleOf(next, at, []),
      ],
    };
  }

  if (event.event === 'parent-changed' && tale.master && !tale.isGone) {
    const orphaned = {...tale, isGone: true};
    const gone: readonly Observation[] = [{kind: 'master-gone', at, id: tale.master}, sampleOf(orphaned, at, [])];
    return {tale: orphaned, observations: [...observations, ...gone, {kind: 'log', at, event}]};
  }

  observations.push({kind: 'log', at, event});
  if (isLastOfMaster(event) && tale.master && !tale.isGone) {
    const orphaned = {...tale, isGone: true};
    const gone: readonly Observation[] = [{kind: 'master-gone', at, id: tale.master}, sampleOf(orphaned, at, [])];
    return {tale: orphaned, observations: [...observations, ...gone]};
  }
  const leaver = leaverOf(event);
  if (leaver !== undefined && tale.living.some(({pid}) => pid === leaver)) {
    const next = {...tale, living: tale.living.filter(({pid}) => pid !== leaver)};
    return {tale: next, observations: [...observations, sampleOf(next, at, [])]};
  }
  if (event.event === 'worker-timeout') return {tale: {...tale, timedOut: [...tale.timedOut, event.pid]}, observations};
  if (event.event === 'shutting-down') return {tale: {...tale, closingMs: nowMs}, observations};
  return {tale, observations};
}

/** A master that gives up while it gives up dies of its own exception, and its workers are orphans. */
function isLastOfMaster({event, traceback}: LogEvent): boolean {
  return event === 'bare-traceback' && traceback?.exception?.includes('HaltServer') === true;
}

/** Who is gone with this line. */
function leaverOf(event: LogEvent): number | undefined {
  const isFarewell =
    event.event === 'worker-exiting' || event.event === 'exited-with-code' || event.event === 'died-by-signal';
  return isFarewell ? event.pid : undefined;
}

/** A second master that starts, or the first line of any: whose workers are told of from here on. */
function withMaster(tale: Tale, event: LogEvent, of: RetoldMaster): Told {
  const isNew = event.event === 'starting' && event.emitterPid !== undefined && event.emitterPid !== tale.master?.pid;
  if (tale.master !== undefined && !isNew) return {tale, observations: []};

  const nowMs = tale.nowMs ?? 0;
  const pid = (isNew ? event.emitterPid : saidByMaster(event) ? event.emitterPid : undefined) ?? of.logPid;
  const master: ProcessId = {pid, startTicks: ticksOf(nowMs)};
  const {closingMs: _closed, ...rest} = tale;
  const next: Tale = {...rest, master, isGone: false, living: [], timedOut: []};
  const at = momentOf(nowMs, of);
  return {
    tale: next,
    observations: [
      ...(tale.master && !tale.isGone ? [{kind: 'master-gone' as const, at, id: tale.master}] : []),
      {
        kind: 'attached',
        at,
        target: '',
        master: {id: master, startedWallMs: nowMs, parentPid: 1, settings: pid === of.logPid ? of.settings : {}},
        sources: [{id: 'log', state: 'ok'}],
      },
      sampleOf(next, at, []),
    ],
  };
}

function saidByMaster({event}: LogEvent): boolean {
  return ['handling-signal', 'worker-timeout', 'exited-with-code', 'died-by-signal', 'shutting-down'].includes(event);
}

/** Lets time pass up to this moment: the master that shut down is gone, and what ended before is judged. */
function passTime(tale: Tale, untilMs: number, of: RetoldMaster): Told {
  const {nowMs, closingMs, master} = tale;
  if (nowMs === undefined || untilMs <= nowMs) return {tale, observations: []};

  const observations: Observation[] = [];
  let next = tale;
  if (closingMs !== undefined && master && !tale.isGone && untilMs > closingMs + closesWithinMs) {
    const {closingMs: _closed, ...rest} = tale;
    next = {...rest, isGone: true, nowMs: nowMs + 1};
    observations.push({kind: 'master-gone', at: momentOf(nowMs + 1, of), id: master});
  }
  for (const afterMs of settlesAfterMs) {
    if (nowMs + afterMs >= untilMs || master === undefined) break;
    observations.push(sampleOf(next, momentOf(nowMs + afterMs, of), []));
    next = {...next, nowMs: nowMs + afterMs};
  }
  return {tale: next, observations};
}

function momentOf(wallMs: number, {offsetMs}: RetoldMaster): Moment {
  return {wallMs, monotonicMs: wallMs - offsetMs};
}

/** In ticks since the epoch, for a log may be older than the last boot of the machine. */
function ticksOf(wallMs: number): number {
  return Math.round(wallMs / millisecondsPerTick);
}

const millisecondsPerTick = 10;

/**
 * Its name as another observer would have it, as near as a log can tell: the start in ticks since the boot of the
 * machine. One from before that boot keeps those since the epoch.
 */
export function retoldKey(pid: number, startedMs: number, offsetMs: number): string {
  return `${pid}@${ticksOf(startedMs > offsetMs ? startedMs - offsetMs : startedMs)}`;
}

/** `withdrawn` turn out to be no workers any more, of whose end nothing is known. */
function sampleOf(tale: Tale, at: Moment, withdrawn: readonly ProcessId[]): Observation {
  const {master, isGone, living} = tale;
  const workers = living.map((id): WorkerSample => ({
    id,
    parentPid: master?.pid ?? 1,
    kind: withdrawn.includes(id) ? 'other' : 'worker',
    processState: 'S',
    cpuMs: 0,
  }));
  return {
    kind: 'sample',
    at,
    lateMs: 0,
    ...(master && !isGone && {master: {id: master, processState: 'S', deadChildrenMinorFaults: 0}}),
    workers,
  };
}
