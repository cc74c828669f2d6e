/**
 * What the threads of each worker wait for.
 *
 * At every tick only one line is read of each worker. Descriptors and socket tables are only looked at once a second,
 * for workers that are not plainly idle.
 */
import type {Activity} from '../activity.js';
import type {NoReading, Owner} from './reading.js';
import {callTable} from './syscalls.js';
import type {ServiceSockets} from './worker-descriptors.js';
import {followWaits, type Means, type WorkerWaits} from './worker-waits.js';

export type ActivityOptions = {
  readonly root?: string;
  readonly owner?: Owner;
  /** The sockets of the service, as they were last read. */
  readonly service: () => ServiceSockets;
  /** Whether requests run in threads beside the main one; undefined when the class is not known. */
  readonly hasPool: () => boolean | undefined;
  readonly architecture?: string;
};

export type ActivityReader = {
  /** Reads the line of one worker. To be called at every tick. */
  readonly look: (pid: number, processState: string) => void;
  /** Whether `answer` has a question left. */
  readonly isOpen: (pid: number) => boolean;
  /** Looks at what a worker holds, and at its other threads. At most once a second, after the sockets were refreshed. */
  readonly answer: (pid: number, processState: string, threads: number) => void;
  /** What is known of it; undefined when neither the call nor the function is readable, nor anything else. */
  readonly of: (pid: number) => Activity | undefined;
  /** By which file waits are told, or what refused it; undefined before any worker was looked at. */
  readonly means: () => Means | NoReading | undefined;
  /** What refused the system call, when something did. */
  readonly refusal: () => NoReading | undefined;
  readonly drop: (pid: number) => void;
  readonly close: () => void;
};

export function openActivity({root = '/proc', owner, service, hasPool, architecture}: ActivityOptions): ActivityReader {
  const sources = {root, owner, service, table: callTable(architecture)};
  const workers = new Map<number, WorkerWaits>();
  let means: Means | undefined;
  let refusal: NoReading | undefined;

  const drop = (pid: number): void => {
    workers.get(pid)?.close();
    workers.delete(pid);
  };

  return {
    look: (pid, state) => {
      const worker = workers.get(pid) ?? followWaits(pid, sources);
      workers.set(pid, worker);
      worker.look(state);
      means = worker.means() ?? means;
      refusal = worker.refusal() ?? refusal;
    },
    isOpen: (pid) => workers.get(pid)?.isOpen() === true,
    answer: (pid, state, threads) => workers.get(pid)?.answer(state, threads > 1 && hasPool() !== false),
    of: (pid) => workers.get(pid)?.activity(),
    means: () => means ?? refusal,
    refusal: () => refusal,
    drop,
    close: () => {
      for (const pid of [...workers.keys()]) drop(pid);
    },
  };
}
