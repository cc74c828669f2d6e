/**
 * Finds the gunicorn masters of this machine.
 *
 * A master is a process that shares the deleted file `wgunicorn-…` with a child of its own: the heartbeat file,
 * which every version and class has, whatever the process is called. Only where descriptors cannot be read, or no
 * worker lives at the moment, is a title or a command line taken instead, and the finding says so.
 */
import fs from 'node:fs';
import type {ProcessId} from '../observation.js';
import {recogniseGunicorn, shownCommandLine} from '../gunicorn/command-line.js';
import {effectiveSettings} from '../gunicorn/effective-settings.js';
import {nestedRole} from './lineage.js';
import {likelyWorkers, lookalikes} from './lookalikes.js';
import {startedWallMs, userName} from './machine.js';
import {mastersByHeartbeat} from './masters-by-heartbeat.js';
import {byParent, listProcesses, listProcessesFromProc, ticksOf, type ListedProcess} from './processes.js';
import {readArguments, readStat, readStatus} from './procfs.js';
import {valueOf} from './reading.js';

/** How a master was told from any other process, surest first. */
export type RecognisedBy = 'heartbeat-file' | 'title' | 'command-line';

/** A successor was started by a master on USR2; a dirty arbiter holds gunicorn's dirty workers. Both are children of a master. */
export type MasterRole = 'master' | 'successor' | 'dirty-arbiter';

export type FoundMaster = {
  readonly id: ProcessId;
  readonly parentPid: number;
  readonly role: MasterRole;
  readonly recognisedBy: RecognisedBy;
  /** Pids of the children that serve requests; empty in the gap of a boot loop and where they cannot be told. */
  readonly workers: readonly number[];
  /** Wall clock of its start, milliseconds. */
  readonly startedWallMs?: number;
  readonly uid?: number;
  /** Name of the user, or the number when it has none. */
  readonly user?: string;
  /** The application, from the command line or the title, when one of them tells. */
  readonly app?: string;
  /** The command line or title, arguments joined by blanks, secrets masked. */
  readonly commandLine: string;
};

export type FindOptions = {
  /** Where procfs is mounted. */
  readonly root?: string;
  /** Lists the processes to look at; `ps` is asked by default. */
  readonly list?: () => Promise<readonly ListedProcess[]>;
};

/** Every master of the machine, nested ones included and marked, by pid. Never fails: what vanishes meanwhile is left out. */
export async function findMasters(options: FindOptions = {}): Promise<readonly FoundMaster[]> {
  const {root = '/proc', list = () => listProcesses({root})} = options;
  return mastersAmong(await list(), root);
}

/** Where there is no procfs, the list of processes is all there is. */
function fromList(
  process: ListedProcess,
  {recognisedBy, workers}: {readonly recognisedBy: RecognisedBy; readonly workers: readonly number[]},
): FoundMaster {
  const {pid, parentPid, uid, startedWallMs: started} = process;
  const argv = process.commandLine.split(' ');
  const app = effectiveSettings({argv}).app?.value ?? recogniseGunicorn(argv)?.titleName;
  return {
    id: {pid, startTicks: ticksOf(process)},
    parentPid,
    role: 'master',
    recognisedBy,
    workers,
    ...(started !== undefined && {startedWallMs: started}),
    ...(uid !== undefined && {uid, user: userName(uid) ?? String(uid)}),
    ...(app !== undefined && {app}),
    commandLine: shownCommandLine(argv),
  };
}

function describe(
  process: ListedProcess,
  how: {readonly recognisedBy: RecognisedBy; readonly workers: readonly number[]; readonly under?: number},
  root: string,
  nowWallMs: number,
): FoundMaster | undefined {
  const stat = valueOf(readStat(process.pid, root));
  if (stat === undefined) return fs.existsSync(`${root}/self`) ? undefined : fromList(process, how);

  const argv = valueOf(readArguments(process.pid, root)) ?? [];
  const parent = how.under === undefined ? undefined : valueOf(readStat(how.under, root));
  const uid = valueOf(readStatus(process.pid, root))?.uid ?? process.uid;
  const started = valueOf(startedWallMs(stat.startTicks, nowWallMs, root));
  const app = effectiveSettings({argv}).app?.value ?? recogniseGunicorn(argv)?.titleName;

  return {
    id: {pid: process.pid, startTicks: stat.startTicks},
    parentPid: stat.parentPid,
    role:
      how.under === undefined || parent === undefined
        ? 'master'
        : nestedRole({pid: process.pid, argv, stat}, {pid: how.under, stat: parent}, root),
    recognisedBy: how.recognisedBy,
    workers: how.workers,
    ...(started !== undefined && {startedWallMs: started}),
    ...(uid !== undefined && {uid, user: userName(uid) ?? String(uid)}),
    ...(app !== undefined && {app}),
    commandLine: shownCommandLine(argv),
  };
}

/** The same over a list of processes taken before, without waiting: for looking again for a master that went away. */
export function mastersAmong(
  processes: readonly ListedProcess[],
  root = '/proc',
  nowWallMs = Date.now(),
): readonly FoundMaster[] {
  const childrenOf = byParent(processes);
  const similar = lookalikes(processes, root);
  const {masters: sure, orphans} = mastersByHeartbeat(processes, childrenOf, new Set(similar.keys()), root);
  const found: FoundMaster[] = [];

  for (const process of processes) {
    const workers = sure.get(process.pid);
    if (workers !== undefined) {
      const under = sure.has(process.parentPid) ? process.parentPid : undefined;
      const master = describe(
        process,
        {recognisedBy: 'heartbeat-file', workers, ...(under !== undefined && {under})},
        root,
        nowWallMs,
      );
      if (master !== undefined) found.push(master);
      continue;
    }

    // A worker has its master's command line, so a child of what is or looks like gunicorn is none of its own.
    const alike = similar.get(process.pid);
    if (alike === undefined || orphans.has(process.pid)) continue;
    if (sure.has(process.parentPid) || similar.has(process.parentPid)) continue;

    const likely = likelyWorkers(alike.argv, childrenOf.get(process.pid) ?? [], root).map(({pid}) => pid);
    const master = describe(process, {recognisedBy: alike.how, workers: likely}, root, nowWallMs);
    if (master !== undefined) found.push(master);
  }

  return found.toSorted((a, b) => a.id.pid - b.id.pid);
}

/** The master of this pid: itself when it is one, its master when it is a worker; undefined when it is neither. */
export function masterOf(pid: number, root = '/proc'): FoundMaster | undefined {
  return mastersAmong(listProcessesFromProc(root), root).find(
    (master) => master.id.pid === pid || master.workers.includes(pid),
  );
}
