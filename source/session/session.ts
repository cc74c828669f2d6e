/**
 * The loop and only timer: waits for a master, samples it at its cadence, folds every observation into the
 * inspection, and after the master's end stays with the service until a successor is there.
 *
 * It decides when to look, never what something means. One inspection goes through all masters of a service.
 */
import {beginInspection, observe, snapshotOf, type Happening} from '../inspection.js';
import type {Moment, Observation} from '../observation.js';
import type {FoundMaster} from '../sensors/masters.js';
import type {Sampler} from '../sensors/sampler.js';
import type {Target} from '../sensors/targets.js';
import type {Snapshot} from '../snapshot.js';
import {createCadence} from './cadence.js';
import {systemClock, type Clock} from './clock.js';
import {createRedrawPace} from './redraw-pace.js';
import type {ReadySampler, Sensors} from './sensors.js';
import {findSuccessor, successorTargets} from './successor.js';

/** One turn of the loop. */
export type Tick = {
  readonly at: Moment;
  /** How much later than planned it ran, milliseconds. */
  readonly lateMs: number;
  /** What the sensors saw, in the order in which it was taken in: a recording is nothing but these. */
  readonly observations: readonly Observation[];
  /** What became known with it, in order. */
  readonly happenings: readonly Happening[];
  /** True when there is news, and else about once a second: a screen is to be drawn again. */
  readonly redraw: boolean;
};

/** Why a session was over. */
export type SessionEnd =
  | {readonly kind: 'aborted'}
  /** Only with `untilExit`: the master and its last orphan are gone, and their verdicts are settled. */
  | {readonly kind: 'master-ended'}
  /** The target that was waited for turned out to be several masters. */
  | {readonly kind: 'ambiguous'; readonly masters: readonly FoundMaster[]}
  /** `mayAttach` said no to a master that was waited for; `why` is its sentence. */
  | {readonly kind: 'refused'; readonly why: string};

export type SessionOptions = {
  readonly target: Target;
  /** The master that the target names now; absent when it has to be waited for. */
  readonly master?: FoundMaster;
  readonly intervalMs: number;
  readonly sensors: Sensors;
  readonly untilExit?: boolean;
  /** Asked before every attach; a sentence refuses it. */
  readonly mayAttach?: (master: FoundMaster) => string | undefined;
  readonly clock?: Clock;
};

/** How often a master that is not there is looked for: a boot failure takes one down within 300 ms. */
const searchEveryMs = 200;

/** Looking through all processes costs; after this long without a master, once a second is often enough. */
const patientAfterMs = 60_000;
const patientSearchEveryMs = 1000;

/** A verdict is settled at most 2 s after the death; the session waits that long before it says the master has ended. */
const settleMs = 2500;

/** An orphan may hang for good. After this long, a successor is more interesting. */
const orphanPatienceMs = 30_000;

/** A master that was attached, and what is needed to find the next one. */
type Attachment = {
  readonly master: FoundMaster;
  readonly sampler: ReadySampler;
  readonly app: string | undefined;
  readonly successors: readonly Target[];
  /** When it was found to be gone, monotonic milliseconds. */
  goneSinceMs?: number;
  /** When its last orphan was gone too. */
  overSinceMs?: number;
};

/** How an attach ends: with nothing, and the session goes on, or with the session's end. */
type Attaching = SessionEnd | undefined | Promise<SessionEnd | undefined>;

/** What a screen or a stream needs of a session, be it live or replayed. */
export type Watched = Pick<Session, 'onTick' | 'attached' | 'snapshot' | 'run'> & {
  /** As `Session.attend`, where there is anything to look at more closely. */
  readonly attend?: Session['attend'];
  /** How long was watched, milliseconds, where it is not as long as it ran. */
  readonly watchedMs?: number;
};

/** A target under observation. `run` does everything; listeners are called from within it. */
export class Session {
  readonly #options: SessionOptions;
  readonly #clock: Clock;
  readonly #waitingSinceMs: number;
  readonly #listeners = new Set<(tick: Tick) => void>();
  readonly #isRedrawDue = createRedrawPace();
  #inspection;
  #selected: string | undefined;
  #attachment: Attachment | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#waitingSinceMs = this.#clock.now().monotonicMs;
    this.#inspection = beginInspection(options.target.text);
  }

  /** Calls `listener` on every tick; the result ends that. */
  onTick(listener: (tick: Tick) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Whether a master has been attached to so far. */
  get attached(): boolean {
    return this.#attachment !== undefined;
  }

  /** Says at which worker somebody looks, by the id of its row: its memory is then read more closely. */
  attend(workerId: string | undefined): void {
    this.#selected = workerId;
    this.#attachment?.sampler.attend?.(workerId);
  }

  /** Everything known so far. */
  snapshot(): Snapshot {
    return snapshotOf(this.#inspection);
  }

  /** Runs until the signal aborts or the session is over; every descriptor is closed then. Rejects only with our own bugs. */
  async run(signal: AbortSignal): Promise<SessionEnd> {
    const cadence = createCadence(this.#clock);
    try {
      const attaching = this.#options.master && this.#attach(this.#options.master);
      let end = attaching instanceof Promise ? await attaching : attaching;
      while (end === undefined && !signal.aborted) {
        const intervalMs = this.#nextIntervalMs();
        // oxlint-disable-next-line no-await-in-loop -- ticks never overlap
        const lateMs = await cadence.next(intervalMs, signal);
        // oxlint-disable-next-line no-await-in-loop -- ticks never overlap
        end = signal.aborted ? undefined : await this.#turn(lateMs);
      }
      return end ?? {kind: 'aborted'};
    } finally {
      this.#attachment?.sampler.closeAll();
    }
  }

  #nextIntervalMs(): number {
    const {intervalMs} = this.#options;
    const sinceMs = this.#attachment ? this.#attachment.overSinceMs : this.#waitingSinceMs;
    if (sinceMs === undefined) {
      return intervalMs;
    }
    const isPatient = this.#clock.now().monotonicMs - sinceMs >= patientAfterMs;
    return isPatient ? Math.max(patientSearchEveryMs, intervalMs) : Math.min(searchEveryMs, intervalMs);
  }

  async #turn(lateMs: number): Promise<SessionEnd | undefined> {
    const attachment = this.#attachment;
    const at = this.#clock.now();
    this.#publish(at, lateMs, this.#look(at, lateMs));
    if (!attachment) {
      return this.#lookForFirst();
    }
    const nowMs = this.#clock.now().monotonicMs;
    const {goneSinceMs = nowMs, overSinceMs = nowMs} = attachment;
    if (this.#options.untilExit) {
      return nowMs - overSinceMs >= settleMs ? {kind: 'master-ended'} : undefined;
    }
    if (attachment.overSinceMs === undefined && nowMs - goneSinceMs < orphanPatienceMs) {
      return undefined;
    }
    const {successors, master, app} = attachment;
    const successor = await findSuccessor(successors, {...master, app}, this.#options.sensors.resolve);
    return successor && this.#attach(successor);
  }

  async #lookForFirst(): Promise<SessionEnd | undefined> {
    const resolved = await this.#options.sensors.resolve(this.#options.target);
    switch (resolved.kind) {
      case 'found':
        return this.#attach(resolved.masters[0]);
      case 'ambiguous':
        return {kind: 'ambiguous', masters: resolved.masters};
      case 'none':
      case 'not-gunicorn':
      case 'unreadable':
        return undefined;
    }
  }

  /** At once where all sources are read as soon as they are open; else when the last of them has answered. */
  #attach(master: FoundMaster): Attaching {
    const {sensors, mayAttach} = this.#options;
    const refusal = mayAttach?.(master);
    if (refusal !== undefined) {
      return {kind: 'refused', why: refusal};
    }
    const before = this.#attachment?.sampler;
    const sampler = sensors.open(master, this.#clock.now(), before);
    const ready = sampler.ready?.();
    const begin = (): undefined => this.#begin(master, sampler, before);
    return ready === undefined ? begin() : ready.then(begin);
  }

  #begin(master: FoundMaster, sampler: ReadySampler, before: Sampler | undefined): undefined {
    const {sensors, target} = this.#options;
    const attached = sampler.attached(target.text || String(master.id.pid), this.#clock.now());
    before?.closeAll();
    sampler.attend?.(this.#selected);
    this.#attachment = {
      master,
      sampler,
      app: attached.master.settings.app?.value ?? master.app,
      successors: successorTargets(target, attached, sensors.controlGroups(master.id.pid)),
    };
    const at = this.#clock.now();
    // In one tick with the first sample: a screen never shows a master without its workers.
    this.#publish(at, 0, [attached, ...this.#look(at, 0)]);
    return undefined;
  }

  /** What the sensors see now; with it, once, that the master has gone. */
  #look(at: Moment, lateMs: number): readonly Observation[] {
    const attachment = this.#attachment;
    if (!attachment) {
      return [];
    }
    const {sampler, master} = attachment;
    const observations = sampler.observe(at, lateMs);
    if (!sampler.masterIsGone()) {
      return observations;
    }
    const isNews = attachment.goneSinceMs === undefined && !observations.some(({kind}) => kind === 'master-gone');
    attachment.goneSinceMs ??= at.monotonicMs;
    if (sampler.watched() === 0) {
      attachment.overSinceMs ??= at.monotonicMs;
    }
    return isNews ? [...observations, {kind: 'master-gone', at, id: master.id}] : observations;
  }

  #publish(at: Moment, lateMs: number, observations: readonly Observation[]): void {
    const happenings: Happening[] = [];
    for (const observation of observations) {
      const result = observe(this.#inspection, observation);
      this.#inspection = result.inspection;
      happenings.push(...result.happenings);
    }
    const redraw = this.#isRedrawDue(at.monotonicMs, happenings.length > 0);
    const tick = {at, lateMs, observations, happenings, redraw};
    for (const listener of this.#listeners) {
      listener(tick);
    }
  }
}
