/**
 * Writes what a session observes, while the session goes on whatever becomes of the recording.
 *
 * It has no timer: it is called at every tick, and then sees to what is due. What was given to it is on the disk two
 * seconds later, so that no more is lost when the process is killed. A recording that reaches its limit goes on in a
 * new file, and the one before is kept beside it under the name with `.1`.
 */
import type {Moment, Observation} from '../observation.js';
import {carriedInto, carry, type Carried} from './carried.js';
import type {RecordingHeader} from './header.js';
import {createRecordingLines} from './recording-lines.js';
import type {RecordingSink} from './recording-sink.js';
import {Misshapen} from './shape.js';
import {troubleWith} from './trouble.js';

export type RecorderOptions = {
  readonly header: Omit<RecordingHeader, 'segment' | 'gunspect-recording'>;
  /** Called at most once: why nothing is recorded any more, as the end of a sentence about the recording. */
  readonly onTrouble: (why: string) => void;
  /** The bytes of one segment, and the way to the next one once this one is closed. Without it there is one segment. */
  readonly rotation?: {readonly segmentBytes: number; readonly next: () => Promise<RecordingSink>};
};

const flushEveryMs = 2000;

/** A disk that does not answer, or a reader that stands still, must not fill our memory: from here on samples are left out … */
const thinFromBytes = 4_000_000;

/** … and here it ends. */
const mostWaitingBytes = 8_000_000;

type State = 'open' | 'rotating' | 'ended';

export class Recorder {
  readonly #options: RecorderOptions;
  #sink: RecordingSink;
  #lines = createRecordingLines();
  #carried: Carried = {};
  #segment = 1;
  #state: State = 'open';
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  /** Lines for the next segment, while it is being made. */
  #queued: string[] = [];
  #rotated: Promise<void> = Promise.resolve();

  constructor(sink: RecordingSink, options: RecorderOptions) {
    this.#sink = sink;
    this.#options = options;
    sink.write(this.#opening([]));
    sink.flush();
  }

  /** Takes in what one tick observed. Never throws and never waits. */
  take(observations: readonly Observation[], at: Moment): void {
    if (this.#state === 'ended') {
      return;
    }
    const isBehind = this.#waitingBytes() > thinFromBytes;
    try {
      this.#write(this.#textOf(isBehind ? this.#withoutSamples(observations) : observations));
    } catch (error) {
      if (!(error instanceof Misshapen)) {
        throw error;
      }
      this.#end(`an observation could not be written: ${error.message}`);
      return;
    }
    this.#seeTo(at);
  }

  /** To be called when the place it writes to has failed. */
  failed(error: NodeJS.ErrnoException): void {
    this.#end(troubleWith(error));
  }

  /** Ends the recording. Resolves when all of it is written, or cannot be. */
  async close(): Promise<void> {
    await this.#rotated;
    this.#state = 'ended';
    // What failed was told when it did.
    await this.#sink.close().catch(() => undefined);
  }

  #waitingBytes(): number {
    return this.#sink.waitingBytes() + this.#queued.reduce((sum, {length}) => sum + length, 0);
  }

  #withoutSamples(observations: readonly Observation[]): readonly Observation[] {
    this.#lines.forget();
    return observations.filter(({kind}) => kind !== 'sample' && kind !== 'peek');
  }

  #textOf(observations: readonly Observation[]): string {
    return observations
      .map((observation) => {
        this.#carried = carry(this.#carried, observation);
        return this.#lines.line(observation);
      })
      .join('');
  }

  #write(text: string): void {
    if (this.#state === 'rotating') {
      this.#queued.push(text);
    } else if (text !== '') {
      this.#sink.write(text);
    }
  }

  #seeTo(at: Moment): void {
    if (this.#waitingBytes() > mostWaitingBytes) {
      this.#end('it is not taken as fast as it comes');
      return;
    }
    if (this.#state !== 'open') {
      return;
    }
    if (at.monotonicMs - this.#flushedAtMs >= flushEveryMs) {
      this.#flushedAtMs = at.monotonicMs;
      this.#sink.flush();
    }
    const {rotation} = this.#options;
    if (rotation && this.#sink.writtenBytes() >= rotation.segmentBytes) {
      this.#state = 'rotating';
      this.#rotated = this.#rotate(rotation.next, at);
    }
  }

  async #rotate(next: () => Promise<RecordingSink>, at: Moment): Promise<void> {
    this.#segment += 1;
    this.#lines = createRecordingLines();
    this.#queued = [this.#opening(carriedInto(this.#carried, at))];
    try {
      await this.#sink.close();
      this.#sink = await next();
    } catch (error) {
      this.failed(error as NodeJS.ErrnoException);
      return;
    }
    this.#state = this.#state === 'rotating' ? 'open' : this.#state;
    this.#sink.write(this.#queued.splice(0).join(''));
    this.#sink.flush();
  }

  #opening(carried: readonly Observation[]): string {
    return this.#lines.opening({'gunspect-recording': 1, ...this.#options.header, segment: this.#segment}, carried);
  }

  #end(why: string): void {
    if (this.#state !== 'ended') {
      this.#state = 'ended';
      this.#options.onTrouble(why);
    }
  }
}
