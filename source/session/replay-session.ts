/**
 * A recording in the place of a target: the same ticks and the same snapshots as when it was live, so that nothing that
 * watches a session can tell.
 *
 * Its time is the recording's. It goes on between two observations as it did then, and stands still at the end.
 */
import {beginInspection, observe, snapshotOf, type Happening, type Inspection} from '../inspection.js';
import type {Moment, Observation} from '../observation.js';
import type {RecordedItem} from '../recording/line-reader.js';
import type {Snapshot} from '../snapshot.js';
import {systemClock, type Clock} from './clock.js';
import {paced, type ReplaySpeed} from './paced.js';
import type {SessionEnd, Tick, Watched} from './session.js';

export type ReplayOptions = {
  readonly items: AsyncIterable<RecordedItem>;
  /** Ends `items`, also while the next one is waited for. */
  readonly stop: () => void;
  readonly speed: ReplaySpeed;
  /** Whether `run` goes on after the last observation until its signal aborts, as a screen does that is still looked at. */
  readonly stays: boolean;
  readonly clock?: Clock;
};

/** As a live session does: without news, a screen is drawn once a second of its own time … */
const redrawEveryMs = 1000;

/** … and with news, or when that second is shorter, no more often than this of ours. */
const soonestRedrawMs = 100;

export class ReplaySession implements Watched {
  readonly #options: ReplayOptions;
  readonly #clock: Clock;
  readonly #listeners = new Set<(tick: Tick) => void>();
  #inspection: Inspection = beginInspection('');
  #attached = false;
  /** The newest observation's time, and ours when it was taken in. */
  #newest: {readonly at: Moment; readonly ownMs: number} | undefined;
  #first: Moment | undefined;
  #redrawnMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Calls `listener` for every observation, and every second in between; the result ends that. */
  onTick(listener: (tick: Tick) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  get attached(): boolean {
    return this.#attached;
  }

  /** Recorded time that was replayed, milliseconds. */
  get watchedMs(): number {
    return this.#newest && this.#first ? this.#newest.at.monotonicMs - this.#first.monotonicMs : 0;
  }

  /** The recording's time now. Before the first observation it is ours. */
  now(): Moment {
    const own = this.#clock.now();
    if (!this.#newest) {
      return own;
    }
    const {at, ownMs} = this.#newest;
    const {speed} = this.#options;
    const elapsedMs = (own.monotonicMs - ownMs) * (speed === 'max' ? 1 : speed);
    return {wallMs: at.wallMs + elapsedMs, monotonicMs: at.monotonicMs + elapsedMs};
  }

  snapshot(): Snapshot {
    return snapshotOf(this.#inspection);
  }

  /** Runs until the recording ends or the signal aborts. Rejects with what the items reject with. */
  async run(signal: AbortSignal): Promise<SessionEnd> {
    const {items, stop, speed, stays} = this.#options;
    signal.addEventListener('abort', stop, {once: true});
    const replayed = new AbortController();
    const idle = this.#tickWhileIdle(AbortSignal.any([signal, replayed.signal]));
    try {
      for await (const item of paced(items, speed, this.#clock, signal)) {
        this.#take(item);
      }
    } finally {
      replayed.abort();
      await idle;
    }
    if (this.#newest) {
      this.#tell({at: this.#newest.at, redraw: true});
    }
    if (stays) {
      await aborted(signal);
    }
    return {kind: 'aborted'};
  }

  #take(item: RecordedItem): void {
    switch (item.kind) {
      case 'header':
        if (!item.goesOn) {
          this.#inspection = beginInspection(item.header.target);
          this.#attached = false;
        }
        return;
      case 'observation':
        this.#observe(item.observation);
        return;
      case 'known':
    }
  }

  #observe(observation: Observation): void {
    const {inspection, happenings} = observe(this.#inspection, observation);
    this.#inspection = inspection;
    this.#attached ||= observation.kind === 'attached';
    this.#first ??= observation.at;
    this.#newest = {at: observation.at, ownMs: this.#clock.now().monotonicMs};
    const lateMs = observation.kind === 'sample' ? observation.lateMs : 0;
    this.#tell({at: observation.at, lateMs, observations: [observation], happenings});
  }

  /** While a pipe brings nothing, what is shown grows old, and has to be seen to. */
  async #tickWhileIdle(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- one second after the other
      await this.#clock.sleepUntil(this.#clock.now().monotonicMs + redrawEveryMs, signal);
      if (!signal.aborted) {
        this.#tell({at: this.now()});
      }
    }
  }

  #tell({at, lateMs = 0, observations = [], happenings = [], redraw}: Pick<Tick, 'at'> & Partial<Tick>): void {
    const tick = {at, lateMs, observations, happenings, redraw: this.#isRedrawDue(happenings, redraw)};
    for (const listener of this.#listeners) {
      listener(tick);
    }
  }

  #isRedrawDue(happenings: readonly Happening[], isLast = false): boolean {
    const {speed} = this.#options;
    const quietMs = speed === 'max' ? soonestRedrawMs : Math.min(redrawEveryMs, redrawEveryMs / speed);
    const waitMs = Math.max(soonestRedrawMs, happenings.length > 0 ? 0 : quietMs);
    const nowMs = this.#clock.now().monotonicMs;
    const isDue = isLast || nowMs - this.#redrawnMs >= waitMs;
    this.#redrawnMs = isDue ? nowMs : this.#redrawnMs;
    return isDue;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), {once: true});
  });
}
