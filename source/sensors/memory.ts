/**
 * Memory pressure around the target: kills of the OOM killer, and use against the limit of its control group.
 *
 * The counters have no victims: they only tell that, and between which two readings, something was killed.
 */
import type {MemorySample, SourceState} from '../observation.js';
import {memoryGroupOf, type MemoryGroup} from './cgroup.js';
import {readText} from './files.js';

export type Memory = {
  /** At most once a second. */
  readonly read: () => MemorySample;
  readonly state: () => SourceState;
};

// Version 1 writes a number of pages near 2^63 for no limit; no machine has as much memory as this.
const noLimitBytes = 2 ** 60;

function numberIn(text: string | undefined, field?: string): number | undefined {
  const found = field === undefined ? text?.trim() : new RegExp(`^${field} (\\d+)$`, 'm').exec(text ?? '')?.[1];
  return found !== undefined && /^\d+$/.test(found) ? Number(found) : undefined;
}

function fileOf(path: string): string | undefined {
  const text = readText(path, 65_536);
  return text.kind === 'ok' ? text.value : undefined;
}

const files = {
  1: {limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', events: 'memory.oom_control'},
  2: {limit: 'memory.max', used: 'memory.current', events: 'memory.events'},
} as const;

/** The group with the tightest limit, the own one or one above it: that is the limit which will be hit. */
function tightest(group: MemoryGroup): {readonly folder: string; readonly limitBytes?: number} {
  let best: {readonly folder: string; readonly limitBytes?: number} = {folder: group.folder};
  for (
    let folder = group.folder;
    folder.startsWith(group.mountPoint);
    folder = folder.slice(0, folder.lastIndexOf('/'))
  ) {
    const limit = numberIn(fileOf(`${folder}/${files[group.version].limit}`));
    if (limit !== undefined && limit < (best.limitBytes ?? noLimitBytes)) best = {folder, limitBytes: limit};
    if (folder === group.mountPoint) break;
  }

  return best;
}

/** Follows the group a process is in now. A unit that is started anew gets a new group, whose counters begin at 0. */
export function openMemory(pid: number, root = '/proc'): Memory {
  const group = memoryGroupOf(pid, root);
  let last: MemorySample = {};

  return {
    read: () => {
      const oomKills = numberIn(fileOf(`${root}/vmstat`), 'oom_kill');
      if (group === undefined) return (last = oomKills === undefined ? {} : {oomKills});

      const {folder, limitBytes} = tightest(group);
      const {events, used} = files[group.version];
      const cgroupOomKills = numberIn(fileOf(`${group.folder}/${events}`), 'oom_kill');
      const usedBytes = numberIn(fileOf(`${folder}/${used}`));
      last = {
        ...(oomKills !== undefined && {oomKills}),
        ...(cgroupOomKills !== undefined && {cgroupOomKills}),
        ...(usedBytes !== undefined && {usedBytes}),
        ...(limitBytes !== undefined && {limitBytes}),
      };
      return last;
    },
    state: () => {
      if (last.oomKills === undefined && last.cgroupOomKills === undefined) {
        return {id: 'memory', state: 'unsupported', why: 'this kernel does not count OOM kills'};
      }
      if (last.usedBytes === undefined) {
        return {id: 'memory', state: 'partly', why: 'the memory control group of the master cannot be seen from here'};
      }

      return {id: 'memory', state: 'ok'};
    },
  };
}
