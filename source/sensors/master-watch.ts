/** The master's own process, held until it ends. */
import type {ProcessId} from '../observation.js';
import type {KnownMaster} from './child-kind.js';
import {openProcessFiles} from './process-files.js';
import type {ProcessStat} from './process-stat.js';
import {readArguments} from './procfs.js';
import {valueOf} from './reading.js';

export type MasterWatch = {
  /** Its newest state; the last one it had when it is gone. */
  readonly stat: () => ProcessStat;
  readonly known: () => KnownMaster;
  /** Pid in its own namespace, when that is another one. */
  readonly nsPid: number | undefined;
  /** Reads it anew. Once it is gone, or a zombie, it stays so. */
  readonly read: () => void;
  readonly isGone: () => boolean;
  readonly close: () => void;
};

const neverSeen: ProcessStat = {
  state: 'X',
  parentPid: 0,
  faults: 0,
  deadChildrenMinorFaults: 0,
  cpuTicks: 0,
  threads: 0,
  startTicks: 0,
  rssPages: 0,
  argumentsAt: 0,
  exitCode: 0,
};

/** A process that got the same pid since the master was found is not the master. */
export function watchMaster({pid, startTicks}: ProcessId, root = '/proc'): MasterWatch {
  const opened = openProcessFiles(pid, root);
  const files = opened.kind === 'ok' && opened.value.startTicks === startTicks ? opened.value : undefined;
  if (files === undefined && opened.kind === 'ok') opened.value.close();

  const argv = valueOf(readArguments(pid, root)) ?? [];
  let stat = (files && valueOf(files.stat())) ?? neverSeen;
  let isGone = files === undefined;

  return {
    stat: () => stat,
    known: () => ({pid, stat, argv}),
    nsPid: files && valueOf(files.status())?.nsPid,
    read: () => {
      if (isGone || files === undefined) return;

      const now = files.stat();
      if (now.kind === 'ok' && now.value.state !== 'Z' && now.value.state !== 'X') stat = now.value;
      else isGone = true;
    },
    isGone: () => isGone,
    close: () => files?.close(),
  };
}
