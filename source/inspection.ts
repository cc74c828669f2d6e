/**
 * The pure heart: folds observations into a history with verdicts, and draws the Snapshot from it.
 *
 * Live, replayed and recorded sessions all come through `observe`, so the same observations give the same
 * verdicts, byte for byte. It has no clock: time is whatever the newest observation says.
 */
import type {Attached, Observation} from './observation.js';
import type {MasterEvent, Missed, Pattern, Restart, Snapshot} from './snapshot.js';

/** Something that became known with one observation, in the order in which it did: the stream prints these. */
export type Happening =
  | {readonly kind: 'attached'; readonly attached: Attached}
  | {readonly kind: 'restart'; readonly restart: Restart}
  | {readonly kind: 'missed'; readonly missed: Missed}
  | {readonly kind: 'master'; readonly event: MasterEvent}
  | {readonly kind: 'pattern'; readonly atMs: number; readonly pattern: Pattern};

/** Everything known so far. Opaque outside this file. */
export type Inspection = {readonly target: string};

export function beginInspection(target: string): Inspection {
  return {target};
}

/** Takes one observation in. The inspection passed in is not changed. */
export function observe(
  inspection: Inspection,
  _observation: Observation,
): {readonly inspection: Inspection; readonly happenings: readonly Happening[]} {
  return {inspection, happenings: []};
}

/** The value to draw from. Cheap enough for every redraw. */
export function snapshotOf(_inspection: Inspection): Snapshot {
  throw new Error('not built yet');
}
