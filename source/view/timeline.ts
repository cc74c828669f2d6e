/**
 * The pictures that were, so that one can step back to them: the older, the fewer, and each with which something
 * happened.
 *
 * All but the newest are packed. Of many workers fewer are kept, so that the sum stays bounded.
 */
import {packSnapshot, unpackSnapshot, type PackedSnapshot} from '../packed-snapshot.js';
import type {Snapshot} from '../snapshot.js';
import {withCurvesFrom, withoutCurves} from './past-trends.js';

/** A picture as it was drawn; wall clock, milliseconds. */
type Picture = {readonly snapshot: Snapshot; readonly nowMs: number};

/** What was on the screen at one moment; wall clock, milliseconds. */
export type PastFrame = {
  readonly nowMs: number;
  /** A restart or a master's event came with it. */
  readonly isNews: boolean;
} &
  /** The newest. */
  (
    | {readonly snapshot: Snapshot; readonly packed?: never}
    /** Where its curves are not with it, `wholeFrame` finds them. */
    | {readonly packed: PackedSnapshot; readonly hasCurves: boolean; readonly snapshot?: never}
  );

/** Oldest first. */
export type Timeline = readonly PastFrame[];

type Tier = {readonly untilAgeMs: number; readonly everyMs: number};

const finest: Tier = {untilAgeMs: 5 * 60_000, everyMs: 1000};
/** How closely pictures lie together up to which age; older ones are dropped. */
const tiers: readonly Tier[] = [
  finest,
  {untilAgeMs: 15 * 60_000, everyMs: 5000},
  {untilAgeMs: 2 * 3_600_000, everyMs: 60_000},
];
/** The first picture of each such time keeps its curves. */
const curvesEveryMs = 5 * 60_000;
/** So many pictures with news are never thinned out. */
const newsKept = 200;
/** Above this number of workers pictures are kept less often, in proportion. */
const manyWorkers = 32;
/** A tick that comes a hair early is one all the same. */
const toleranceMs = 60;

/** The timeline with this picture, if it is time for one or brings news. A clock that was set back begins it anew. */
export function keepFrame(past: Timeline, {snapshot, nowMs}: Picture): Timeline {
  const last = past.at(-1);
  if (last?.snapshot === undefined || nowMs < last.nowMs - finest.everyMs) {
    return [{snapshot, nowMs, isNews: false}];
  }
  const isNews = newsOf(snapshot) !== newsOf(last.snapshot);
  const everyMs = finest.everyMs * scaleFor(snapshot);
  if (!isNews && nowMs - last.nowMs < everyMs - toleranceMs) {
    return past;
  }
  const before = past.slice(0, -1);
  return thinned([...before, packed(last, before.at(-1)), {snapshot, nowMs, isNews}], nowMs, scaleFor(snapshot));
}

/** A picture that is not the newest any more, after `before`. */
function packed(
  {nowMs, isNews, snapshot}: PastFrame & {readonly snapshot: Snapshot},
  before: PastFrame | undefined,
): PastFrame {
  const slotOf = (atMs: number) => Math.floor(atMs / curvesEveryMs);
  const hasCurves = before === undefined || slotOf(before.nowMs) !== slotOf(nowMs);
  return {nowMs, isNews, hasCurves, packed: packSnapshot(hasCurves ? snapshot : withoutCurves(snapshot))};
}

/** The picture with its curves, as it was when it was the newest. */
export function wholeFrame(past: Timeline, frame: PastFrame): Picture {
  const {nowMs} = frame;
  const snapshot = snapshotOf(frame);
  if (carriesCurves(frame)) {
    return {nowMs, snapshot};
  }
  const index = past.indexOf(frame);
  const before = past.slice(0, index).findLast(carriesCurves);
  const after = past.slice(index).find(carriesCurves);
  return {
    nowMs,
    snapshot:
      after === undefined ? snapshot : withCurvesFrom(snapshot, before && snapshotOf(before), snapshotOf(after)),
  };
}

function carriesCurves(frame: PastFrame): boolean {
  return frame.packed === undefined || frame.hasCurves;
}

function snapshotOf(frame: PastFrame): Snapshot {
  return frame.packed === undefined ? frame.snapshot : unpackSnapshot(frame.packed);
}

function scaleFor({workers}: Snapshot): number {
  return Math.max(1, Math.ceil(workers.length / manyWorkers));
}

/** What has happened so far, as one text: the newest restart with its revision, and how many events there were. */
function newsOf({restarts, masterEvents}: Snapshot): string {
  const [newest] = restarts;
  return `${newest?.id ?? ''} ${restarts.length} ${masterEvents.length} ${masterEvents.at(-1)?.atMs ?? ''}`;
}

/** By slots of the clock and not by gaps: what is kept once stays, until its age has wider ones. */
function thinned(past: Timeline, nowMs: number, scale: number): Timeline {
  const newsAfter = past.filter(({isNews}) => isNews).at(-newsKept)?.nowMs ?? Number.NEGATIVE_INFINITY;
  let before = Number.NEGATIVE_INFINITY;
  const kept = past.filter((frame) => {
    const tier = tiers.find(({untilAgeMs}) => nowMs - frame.nowMs <= untilAgeMs);
    if (tier === undefined) return false;
    const isFirst = tier === finest || isInNewSlot(before, frame.nowMs, tier.everyMs * scale);
    before = frame.nowMs;
    return isFirst || carriesCurves(frame) || (frame.isNews && frame.nowMs >= newsAfter);
  });
  return kept.length === past.length ? past : kept;
}

function isInNewSlot(beforeMs: number, atMs: number, slotMs: number): boolean {
  return Math.floor(beforeMs / slotMs) !== Math.floor(atMs / slotMs);
}

/** The picture as it stood at that moment: the last one before it, or the oldest there is. */
export function frameAt(past: Timeline, atMs: number): PastFrame | undefined {
  return past.findLast(({nowMs}) => nowMs <= atMs) ?? past[0];
}

/** The first picture that shows the restart with this id. */
export function frameWith(past: Timeline, restartId: string): PastFrame | undefined {
  return past.find(({snapshot, packed: kept}) =>
    kept === undefined ? snapshot.restarts.some(({id}) => id === restartId) : kept.restartIds.includes(restartId),
  );
}
