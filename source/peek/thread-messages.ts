/** What the thread that reads memory and the one that started it say to each other. */
import type {Peeked, ProcessId, Reading} from '../observation.js';
import type {Attention} from './schedule.js';

/** What the thread is told first. */
export type ThreadTask = {
  readonly masterPid: number;
  readonly masterStartTicks: number;
  readonly root: string;
  readonly showQuery: boolean;
  /** Where it writes what it reads at the moment: see `Progress`. */
  readonly progress: SharedArrayBuffer;
};

/** Who is to be read, and how closely. Whoever is not in it any more has ended. */
export type Plan = {
  readonly workers: ReadonlyArray<{
    readonly id: ProcessId;
    readonly attention: Attention;
    /** The last heartbeat of an idle worker that beats before each request, wall clock. */
    readonly beatWallMs?: number;
  }>;
  readonly oneAtATime: boolean;
};

export type ThreadMessage =
  | {readonly kind: 'opened'; readonly interpreter: string}
  | {readonly kind: 'refused'; readonly reading: Exclude<Reading<never>, {readonly kind: 'ok'}>}
  | {readonly kind: 'read'; readonly peeked: Peeked};

/**
 * A read may block for as long as somebody holds the lock of the target's memory. So before each one its pid is written
 * here, with the moment in milliseconds of a clock that both threads have; 0 means that nothing is being read.
 */
export type Progress = {
  readonly begin: (pid: number) => void;
  readonly end: () => void;
  /** What is being read, and for how long. */
  readonly current: () => {readonly pid: number; readonly forMs: number} | undefined;
};

export const progressBytes = 8;

export function progressOn(buffer: SharedArrayBuffer): Progress {
  const cells = new Int32Array(buffer);
  // Of the wall clock only the last weeks fit; a step of it is noticed late or early, and does no harm.
  const now = (): number => Math.trunc(Date.now() % 2 ** 31);
  return {
    begin(pid) {
      Atomics.store(cells, 1, now());
      Atomics.store(cells, 0, pid);
    },
    end() {
      Atomics.store(cells, 0, 0);
    },
    current() {
      const pid = Atomics.load(cells, 0);
      return pid === 0 ? undefined : {pid, forMs: Math.max(0, now() - Atomics.load(cells, 1))};
    },
  };
}
