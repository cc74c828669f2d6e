/**
 * The one way live data enters the screen: a store of the newest frame.
 *
 * Whoever owns the clock publishes a frame, at most once a second; the screen subscribes and draws. The screen
 * itself reads no clock and owns no timer, so what it shows is always exactly one published value.
 */
import type {Snapshot} from '../snapshot.js';

/** What the screen draws at one moment: a frozen snapshot and the wall clock it is looked at, milliseconds. */
export type Frame = {readonly snapshot: Snapshot; readonly nowMs: number};

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
