/**
 * Which process a thread belongs to. The kernel's records name the thread that met a fault, or that a signal was sent
 * to, by its own number, and by the time they are read it is gone.
 */
import fs from 'node:fs';
import {readText} from './files.js';
import {valueOf} from './reading.js';

export type ThreadOwners = {
  /** Lists the threads of these processes; to be called about once a second. */
  readonly refresh: (pids: readonly number[], nowMs: number) => void;
  /** The process that a thread belongs to, or did in the last seconds; undefined when it is not known. */
  readonly ownerOf: (threadId: number) => number | undefined;
};

const keptMs = 10_000;

export function openThreadOwners(root = '/proc'): ThreadOwners {
  const owners = new Map<number, {readonly pid: number; readonly seenMs: number}>();

  const threadsOf = (pid: number): readonly number[] => {
    try {
      return fs.readdirSync(`${root}/${pid}/task`).map(Number);
    } catch {
      return [];
    }
  };

  return {
    refresh: (pids, nowMs) => {
      for (const pid of pids) {
        for (const threadId of threadsOf(pid)) owners.set(threadId, {pid, seenMs: nowMs});
      }

      for (const [threadId, {seenMs}] of owners) {
        if (nowMs - seenMs > keptMs) owners.delete(threadId);
      }
    },
    ownerOf: (threadId) => {
      const known = owners.get(threadId)?.pid;
      if (known !== undefined) return known;

      const group = /^Tgid:\t(\d+)/m.exec(valueOf(readText(`${root}/${threadId}/status`, 65_536)) ?? '')?.[1];
      return group === undefined ? undefined : Number(group);
    },
  };
}
