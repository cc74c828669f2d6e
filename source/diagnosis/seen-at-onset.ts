/**
 * What a worker was seen in at the onset: the glimpse that tells it, and the phase that it shows.
 *
 * A timeout is looked at over its whole silence, any other end in the last second before it began.
 */
import {phaseOf} from '../gunicorn/activity.js';
import type {WorkerPhase} from '../gunicorn/activity.js';
import type {Circumstances} from '../ledger/circumstances.js';
import type {Glimpse} from '../ledger/life.js';
import {requestRunningAt} from '../ledger/life-memory.js';
import {mostCommon} from './most-common.js';
import {lookUntilMs} from './onset.js';
import {lookTellsWithinMs, tellingWithinMs} from './thresholds.js';
import type {Cause} from './verdict.js';

/** A glimpse with what it tells. */
export type Seen = {readonly glimpse: Glimpse; readonly phase: WorkerPhase};

/**
 * A timeout is looked at over its whole silence, up to the abort: what it was seen at most often. A deliberate stop is
 * looked at just before the order, anything else at its end. The last instant may tell nothing, or show a process that
 * leaves the interpreter: then the newest glimpse of the last second that tells something counts.
 */
export function seenAtOnset(c: Circumstances, cause: Cause): Seen | undefined {
  const untilMs = lookUntilMs(c, cause);
  const valid = c.life.glimpses.filter(({sample}) => sample.processState !== 'Z' && sample.rssBytes !== 0);
  const before = valid.filter(({at}) => at.monotonicMs < untilMs);
  const glimpses = before.length > 0 ? before : valid.slice(-1);
  if (cause === 'timeout') return mostOften(silentGlimpses(c, glimpses).map((glimpse) => stuckIn(c, tell(c, glimpse))));
  const last = glimpses.at(-1);
  // What it did seconds before tells nothing of its end, however often it was looked at then.
  if (last && Math.min(untilMs, c.end.at.monotonicMs) - last.by.monotonicMs > lookTellsWithinMs) return undefined;
  const recent = glimpses.filter(({at}) => last && last.at.monotonicMs - at.monotonicMs <= tellingWithinMs);
  return newestTelling(recent.map((glimpse) => tell(c, glimpse))) ?? (last && tell(c, last));
}

/** An older one that shows it idle tells nothing any more once a client has come. */
function newestTelling(recent: readonly Seen[]): Seen | undefined {
  const index = recent.findLastIndex(tells);
  const clientCame = recent.slice(index + 1).some(({glimpse}) => (glimpse.sample.activity?.clients ?? 0) > 0);
  return recent[index]?.phase.phase === 'idle' && clientCame ? undefined : recent[index];
}

/**
 * The glimpses of its silence. A class that beats while its requests wait is silent for its usual gap first, in which it
 * was well: what it is stuck in began when the next beat was due, at the latest.
 */
function silentGlimpses(
  {silence, workerClass, timeoutSeconds}: Circumstances,
  glimpses: readonly Glimpse[],
): readonly Glimpse[] {
  if (!silence) return glimpses;
  const gapMs =
    workerClass?.silentInLongRequest === false ? workerClass.longestHealthyGapSeconds(timeoutSeconds ?? 0) * 1000 : 0;
  const silent = glimpses.filter(({at}) => at.wallMs > silence.lastBeatWallMs);
  const overdue = silent.filter(({at}) => at.wallMs > silence.lastBeatWallMs + gapMs);
  return overdue.length > 0 || gapMs === 0 ? overdue : silent.filter((glimpse) => !waitsInOrder(glimpse));
}

function waitsInOrder({sample: {processState, activity}}: Glimpse): boolean {
  return processState === 'S' && (activity?.main === undefined || activity.main.kind === 'accept');
}

/** A loop that does not beat any more is where a request has left it, whatever it waits for there. */
function stuckIn(c: Circumstances, seen: Seen): Seen {
  const {activity} = seen.glimpse.sample;
  const isElsewhere = activity?.main !== undefined && activity.main.kind !== 'accept' && activity.clients !== 0;
  if (seen.phase.phase !== 'unknown' || !c.workerClass?.cooperative || !isElsewhere) return seen;
  return {...seen, phase: {phase: 'busy', why: seen.phase.why}};
}

function tell(c: Circumstances, glimpse: Glimpse): Seen {
  return {glimpse, phase: phaseAt(c, glimpse)};
}

function tells({phase}: Seen): boolean {
  return phase.phase !== 'unknown';
}

/** The newest glimpse of the phase that was seen most often; one that tells nothing counts only where none does. */
function mostOften(seen: readonly Seen[]): Seen | undefined {
  const telling = seen.some(tells) ? seen.filter(tells) : seen;
  const phase = mostCommon(telling.map((each) => each.phase.phase));
  return telling.findLast((each) => each.phase.phase === phase);
}

/** The phase that one glimpse shows. */
export function phaseAt(c: Circumstances, glimpse: Glimpse): WorkerPhase {
  const {glimpses} = c.life;
  const before = glimpses[glimpses.indexOf(glimpse) - 1];
  const switches = glimpse.sample.voluntarySwitches;
  const switchesBefore = before?.sample.voluntarySwitches;
  const requestRunning = requestRunningAt(c.life.memory, glimpse.at);
  return phaseOf(glimpse.sample, {
    ...(requestRunning !== undefined && {requestRunning}),
    ...(c.settings.workerClass && {workerClass: c.workerClass?.name ?? c.settings.workerClass.value}),
    ...(before && {
      usage: {
        elapsedMs: glimpse.at.monotonicMs - before.at.monotonicMs,
        cpuMs: glimpse.sample.cpuMs - before.sample.cpuMs,
        ...(switches !== undefined && switchesBefore !== undefined && {voluntarySwitches: switches - switchesBefore}),
      },
    }),
  });
}
