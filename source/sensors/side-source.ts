import type {Moment, Observation} from '../observation.js';
import type {SourceState} from '../source-state.js';

/**
 * A source that may have to wait for somebody else (a disk, a socket, a program), and so works beside the ticks: what it
 * has found by then is taken at the next one.
 */
export type SideSource = {
  readonly state: () => SourceState;
  /** What it found since the last tick. `seen` is what the other sources saw in this tick; it may begin to look because of it. */
  readonly take: (at: Moment, seen: readonly Observation[]) => readonly Observation[];
  /** Ends whatever it waits for; nothing of it is left running. */
  readonly close: () => void;
};
