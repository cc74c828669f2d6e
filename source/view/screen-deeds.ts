import type {MouseReport} from './mouse.js';
import type {Restart, Snapshot} from '../snapshot.js';

/** What keys ask for and the screen itself cannot do. What is asked for resolves with a word to the reader, and never rejects. */
export type ScreenDeeds = {
  /** Hands the restart on as text, to the clipboard or into a file. */
  readonly copy: (restart: Restart, snapshot: Snapshot, offsetMinutes: number) => Promise<string>;
  /** Writes the incident so far into a file. */
  readonly report: (snapshot: Snapshot, offsetMinutes: number) => Promise<string>;
  /** Takes note of the worker that is selected, by its id, so that it can be read more closely; it has no answer. */
  readonly attend?: (workerId: string | undefined) => void;
  /** Has the terminal report its mouse until the result of `listen` is called. */
  readonly mouse?: {readonly listen: (listener: (report: MouseReport) => void) => () => void};
};

/** A deed that was asked for. `serial` tells one from the same one again. */
export type Deed = {readonly serial: number} & (
  {readonly kind: 'copy'; readonly restartId: string} | {readonly kind: 'report'}
);
