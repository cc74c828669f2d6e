/**
 * What a worker is doing, judged from its process state, its waits and its class.
 */
import type {WorkerSample} from '../observation.js';

/** `unknown` is an answer: `why` then says what is missing. */
export type WorkerPhase = {
  readonly phase: 'idle' | 'busy' | 'reading-request' | 'stopped' | 'unknown';
  /** One clause in plain words, without a full stop. */
  readonly why: string;
  /** What it waits for, in words: "10.0.3.7:5432 (postgresql)", "lock", "/data/x (file)". Only when it waits for something. */
  readonly blockedOn?: string;
};

/** What a sample gained over the one before; both undefined with a single sample. */
export type UsageDelta = {
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly voluntarySwitches?: number;
};

export type ActivityContext = {
  /** The class as gunicorn runs it, in any way of writing it. */
  readonly workerClass?: string;
  /** What it used since the previous sample; the only hint when another user's waits are unreadable. */
  readonly usage?: UsageDelta;
  /** Whether a request is known to be running, or known not to be, from a source that sees requests. */
  readonly requestRunning?: boolean;
};

/** The phase of one worker that has booted, at one moment. */
export function phaseOf(
  _sample: Pick<WorkerSample, 'processState' | 'activity'>,
  _context: ActivityContext = {},
): WorkerPhase {
  return {phase: 'unknown', why: 'not looked at'};
}

/** "10.0.3.7:5432 (postgresql)": a remote address with the name of the service its port usually is. */
export function describePeer(address: string): string {
  return address;
}
