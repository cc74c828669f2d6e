/**
 * What the kernel's sources told about one master and its children: of everything that they tell of the whole machine,
 * only that is kept, under the pid of the process where they name a thread.
 *
 * What is about a pid that no sample has shown waits for it a while: a worker may be killed before it was first seen.
 */
import type {KernelEvent, KernelObserved, KernelSourceId, Moment, WorkerSample} from '../observation.js';
import type {Connector} from './connector.js';
import type {KernelSource} from './kernel-source.js';
import {openThreadOwners} from './thread-owners.js';

export type KernelEvents = {
  /** Whether a process is ours, or was until a moment ago. */
  readonly knows: (pid: number) => boolean;
  /** What is new since the last call. To be called right after each sample, with its workers. */
  readonly read: (at: Moment, workers: readonly WorkerSample[], isSlow: boolean) => readonly KernelObserved[];
};

export type KernelEventsOptions = {
  readonly masterPid: number;
  readonly root: string;
  /** Sources that are turned off are undefined. */
  readonly sources: Readonly<Record<Exclude<KernelSourceId, 'connector'>, KernelSource | undefined>>;
  readonly connector: Connector | undefined;
};

/** A dead worker is still spoken of this long after its last sample. */
const knownForMs = 5000;

const waitsForMs = 2000;
const waitingAtMost = 500;

type Waiting = {readonly source: KernelSourceId; readonly event: KernelEvent; readonly sinceMs: number};

export function openKernelEvents({masterPid, root, sources, connector}: KernelEventsOptions): KernelEvents {
  const seenAt = new Map<number, number>([[masterPid, Infinity]]);
  const threads = openThreadOwners(root);
  let waiting: readonly Waiting[] = [];

  const note = (workers: readonly WorkerSample[], nowMs: number): void => {
    for (const {id} of workers) seenAt.set(id.pid, nowMs);
    for (const [pid, atMs] of seenAt) {
      if (nowMs - atMs > knownForMs) seenAt.delete(pid);
    }
  };

  const ownPidOf = (pid: number): number | undefined => {
    if (seenAt.has(pid)) return pid;
    const owner = connector?.ownerOf(pid) ?? threads.ownerOf(pid);
    return owner !== undefined && seenAt.has(owner) ? owner : undefined;
  };

  /** A sender is named by the thread that it sent from, too. */
  const told = (event: KernelEvent, pid: number): KernelEvent =>
    event.kind === 'signal'
      ? {...event, pid, sender: {...event.sender, pid: ownPidOf(event.sender.pid) ?? event.sender.pid}}
      : {...event, pid};

  const read = (source: Exclude<KernelSourceId, 'connector'>, at: Moment): KernelObserved => {
    const news = sources[source]?.read(at);
    const mayBeOurs = [
      ...waiting.filter((entry) => entry.source === source),
      ...(news?.events ?? []).map((event): Waiting => ({source, event, sinceMs: at.monotonicMs})),
    ];
    const events: KernelEvent[] = [];
    const rest: Waiting[] = [];
    for (const entry of mayBeOurs) {
      const pid = ownPidOf(entry.event.pid);
      if (pid !== undefined) events.push(told(entry.event, pid));
      else if (at.monotonicMs - entry.sinceMs < waitsForMs) rest.push(entry);
    }

    waiting = [...waiting.filter((entry) => entry.source !== source), ...rest.slice(-waitingAtMost)];
    return {kind: 'kernel', at, source, events, ...(news?.hasGap === true && {hasGap: true as const})};
  };

  const births = (at: Moment): KernelObserved => {
    const {events = [], hasGap} = connector?.briefLives(at, (pid) => seenAt.has(pid)) ?? {};
    return {kind: 'kernel', at, source: 'connector', events, ...(hasGap === true && {hasGap: true as const})};
  };

  return {
    knows: (pid) => seenAt.has(pid),
    read: (at, workers, isSlow) => {
      note(workers, at.monotonicMs);
      connector?.listen();
      const isThreaded = ({threads: count, processState}: WorkerSample): boolean =>
        (count ?? 1) > 1 && processState !== 'Z' && processState !== 'X';
      if (isSlow)
        threads.refresh(
          workers.filter(isThreaded).map(({id}) => id.pid),
          at.monotonicMs,
        );
      return [read('kernel-log', at), read('signals', at), births(at)].filter(
        ({events, hasGap}) => events.length > 0 || hasGap,
      );
    },
  };
}
