/**
 * Memory pressure around the target: kills of the OOM killer, use against the limit that will be hit first, and what
 * waits for memory, in its control group and on the machine.
 *
 * The counters have no victims: they only tell that, and between which two readings, something was killed.
 */
import fs from 'node:fs';
import type {MemorySample} from '../machine-sample.js';
import type {SourceState} from '../source-state.js';
import {foldersUpwards, groupsOf, type ControlGroup} from './cgroup.js';
import {fieldIn, numberIn, stalledMs, textAt} from './kernel-text.js';
import {openOomDaemons} from './oom-daemons.js';
import {attempt, valueOf} from './reading.js';

export type Memory = {
  /** At most once a second. */
  readonly read: () => MemorySample;
  readonly state: () => SourceState;
};

// Version 1 writes a number of pages near 2^63 for no limit; no machine has as much memory as this.
const noLimitBytes = 2 ** 60;

const files = {
  1: {
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    kills: 'memory.oom_control',
  },
  2: {limit: 'memory.max', used: 'memory.current', peak: 'memory.peak', kills: 'memory.events'},
} as const;

type Limited = {readonly folder: string; readonly limitBytes?: number};

/** The group with the tightest limit, the own one or one above it: that is the limit which will be hit. */
function tightest(group: ControlGroup): Limited {
  const {limit, used} = files[group.version];
  const folders = foldersUpwards(group);
  let best: Limited | undefined;
  for (const folder of folders) {
    const limitBytes = numberIn(textAt(`${folder}/${limit}`));
    if (limitBytes !== undefined && limitBytes < (best?.limitBytes ?? noLimitBytes)) best = {folder, limitBytes};
  }

  // Version 2 accounts for a group only where the controller was turned on for it.
  return best ?? {folder: folders.find((folder) => textAt(`${folder}/${used}`) !== undefined) ?? group.folder};
}

/** What the group with the limit used, and how often it came to its limit. */
function usageOf({folder, limitBytes}: Limited, version: 1 | 2): MemorySample {
  const {used, peak} = files[version];
  const usedBytes = numberIn(textAt(`${folder}/${used}`));
  const peakBytes = numberIn(textAt(`${folder}/${peak}`));
  const limitHits =
    version === 2 ? fieldIn(textAt(`${folder}/memory.events`), 'max') : numberIn(textAt(`${folder}/memory.failcnt`));
  return {
    ...(usedBytes !== undefined && {usedBytes}),
    ...(limitBytes !== undefined && {limitBytes}),
    ...(peakBytes !== undefined && {peakBytes}),
    ...(limitHits !== undefined && {limitHits}),
  };
}

function machineMemory(root: string): MemorySample {
  const text = textAt(`${root}/meminfo`);
  const available = fieldIn(text, 'MemAvailable');
  const total = fieldIn(text, 'MemTotal');
  const pressureMs = stalledMs(textAt(`${root}/pressure/memory`));
  const oomKills = fieldIn(textAt(`${root}/vmstat`), 'oom_kill');
  return {
    ...(oomKills !== undefined && {oomKills}),
    ...(available !== undefined && {availableBytes: available * 1024}),
    ...(total !== undefined && {machineBytes: total * 1024}),
    ...(pressureMs !== undefined && {pressureMs}),
  };
}

/** What tells a folder from another of the same name. */
function identityOf(folder: string): number | undefined {
  return valueOf(attempt(() => fs.statSync(folder).ino));
}

/**
 * Follows the group a process is in now. A unit that is started anew gets a new group of the same name, whose counters
 * begin at 0: from then on nothing is told of it, for there a kill in the one before would look as if there was none.
 */
export function openMemory(pid: number, root = '/proc'): Memory {
  const groups = groupsOf(pid, root);
  const first = groups.of('memory');
  const identity = first && identityOf(first.folder);
  // The group above all is the machine, and its pressure is told there.
  const pressureFolder =
    groups.unified && groups.unified.folder !== groups.unified.mountPoint ? groups.unified.folder : undefined;
  const daemons = openOomDaemons(root);
  let last: MemorySample = {};

  return {
    read: () => {
      const oomDaemons = daemons.running();
      const group = first && identityOf(first.folder) === identity ? first : undefined;
      const kills = group && fieldIn(textAt(`${group.folder}/${files[group.version].kills}`), 'oom_kill');
      const groupPressureMs =
        group === undefined || pressureFolder === undefined
          ? undefined
          : stalledMs(textAt(`${pressureFolder}/memory.pressure`));
      last = {
        ...machineMemory(root),
        ...(kills !== undefined && {cgroupOomKills: kills}),
        ...(group && usageOf(tightest(group), group.version)),
        ...(groupPressureMs !== undefined && {groupPressureMs}),
        ...(oomDaemons.length > 0 && {oomDaemons}),
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
