/** What the sources that are the kernel's own record of deaths have in common. */
import fs from 'node:fs';
import type {KernelEvent, Moment} from '../observation.js';
import type {SourceState} from '../source-state.js';

/** What a source told at one moment. `hasGap`: something was lost before it. */
export type KernelNews = {readonly events: readonly KernelEvent[]; readonly hasGap: boolean};

export type KernelSource = {
  readonly state: () => SourceState;
  /** What it told since the last call, of every process of the machine. Never waits, and is bounded. */
  readonly read: (at: Moment) => KernelNews;
  /** Gives back everything that was taken of the kernel. */
  readonly close: () => void;
};

export const noNews: KernelNews = {events: [], hasGap: false};

/** A source that tells nothing, and why. */
export function silentSource(state: SourceState): KernelSource {
  return {state: () => state, read: () => noNews, close: () => undefined};
}

/** What the first namespaces of a kernel are called for ever (include/linux/proc_ns.h, PROC_PID_INIT_INO and PROC_USER_INIT_INO). */
const firstNamespaces = {pid: 'pid:[4026531836]', user: 'user:[4026531837]'} as const;

/** Whether we are in the namespace that the kernel itself counts in: elsewhere its pids are not ours. */
export function isInFirstNamespace(kind: keyof typeof firstNamespaces, root = '/proc'): boolean {
  try {
    return fs.readlinkSync(`${root}/self/ns/${kind}`) === firstNamespaces[kind];
  } catch {
    return false;
  }
}

/** The moment of a CLOCK_MONOTONIC time, from another that was just read. */
export function momentOf(monotonicMs: number, now: Moment): Moment {
  return {wallMs: now.wallMs - (now.monotonicMs - monotonicMs), monotonicMs};
}
