import type {Snapshot} from '../../snapshot.js';

/** What every region draws from: one snapshot, the moment it is looked at, and the zone its clock times are in. */
export type Picture = {
  readonly snapshot: Snapshot;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** East of UTC, minutes. */
  readonly offsetMinutes: number;
  /** While paused: when that was, and how many restarts and master events came since. */
  readonly paused?: {readonly atMs: number; readonly newEvents: number};
};

/** What it takes to tell a time: when it is told, and in which zone. */
export type Clock = Pick<Picture, 'nowMs' | 'offsetMinutes'>;
