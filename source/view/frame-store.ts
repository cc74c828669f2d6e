/**
 * The one way live data enters the screen: a store of the newest frame.
 *
 * Whoever owns the clock publishes a frame, at most once a second; the screen subscribes and draws. The screen
 * itself reads no clock and owns no timer, so what it shows is always exactly one published value.
 */
import type {Snapshot} from '../snapshot.js';
import type {Timeline} from './timeline.js';

/** What the screen draws at one moment. */
export type Frame = {
  readonly snapshot: Snapshot;
  /** The wall clock at which it is looked at, milliseconds. */
  readonly nowMs: number;
  /** One line above everything, where there is room: what this session is, when it is not a look at a server, or what ails it. */
  readonly notice?: string;
  /** The pictures before it, to step back to. Absent: none are kept. */
  readonly past?: Timeline;
};

/** What the screen needs of a store. `getFrame` returns the same object until a new frame is published. */
export type FrameStore = {
  /** Calls `listener` after every publication; returns the unsubscribe. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly getFrame: () => Frame;
};

/** Makes a store that holds the newest frame. Publishing the frame it already holds tells nobody. */
export function createFrameStore(first: Frame): FrameStore & {readonly publish: (frame: Frame) => void} {
  const listeners = new Set<() => void>();
  let newest = first;
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    getFrame: () => newest,
    publish: (frame) => {
      if (frame === newest) {
        return;
      }
      newest = frame;
      for (const listener of listeners) {
        listener();
      }
    },
  };
}
