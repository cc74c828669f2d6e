/** The processes of this machine: from `ps` by way of ps-list, and where that is missing or fails, from procfs itself. */
import fs from 'node:fs';
import psList from 'ps-list';
import {readProcBytes} from './files.js';
import {nameInStat, parseStat} from './process-stat.js';
import {attempt} from './reading.js';

export type ListedProcess = {
  readonly pid: number;
  readonly parentPid: number;
  /** Short name; may be cut by the kernel at 15 characters. */
  readonly name: string;
  /** Arguments joined by blanks. */
  readonly commandLine: string;
  readonly uid?: number;
  /** Start, milliseconds, in whole seconds as `ps` prints it; absent when listed from procfs. */
  readonly startedWallMs?: number;
};

export type ListOptions = {
  /** Where procfs is mounted. */
  readonly root?: string;
  /** Asks `ps`; another one in tests. */
  readonly ps?: typeof psList;
  readonly patienceMs?: number;
};

/** All processes. Never fails: an empty list means that neither `ps` nor procfs could be read. */
export async function listProcesses(options: ListOptions = {}): Promise<readonly ListedProcess[]> {
  const {root = '/proc', ps = psList, patienceMs = 3000} = options;
  let timer: NodeJS.Timeout | undefined;
  // `ps` reads every command line, and hangs with the first process whose memory is locked for good.
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  const asked = ps().catch(() => undefined);
  const rows = await Promise.race([asked, tooLong]);
  clearTimeout(timer);
  if (rows === undefined || rows.length === 0) return listProcessesFromProc(root);

  return rows
    .filter((row) => row.pid > 0)
    .map((row) => ({
      pid: row.pid,
      parentPid: row.ppid,
      name: row.name,
      commandLine: row.cmd ?? '',
      ...(row.uid !== undefined && {uid: row.uid}),
      ...(row.startTime !== undefined && {startedWallMs: row.startTime.getTime()}),
    }));
}

/** The same from procfs only, without starting a program: cheap enough to repeat every second. Empty where there is none. */
export function listProcessesFromProc(root = '/proc'): readonly ListedProcess[] {
  const names = attempt(() => fs.readdirSync(root));
  if (names.kind !== 'ok') return [];

  const processes: ListedProcess[] = [];
  for (const name of names.value) {
    if (!/^\d+$/.test(name)) continue;

    const pid = Number(name);
    const bytes = readProcBytes(`${root}/${name}/stat`);
    const stat = bytes.kind === 'ok' ? parseStat(bytes.value) : undefined;
    if (bytes.kind !== 'ok' || stat === undefined) continue;

    const shortName = nameInStat(bytes.value);
    const argv = readProcBytes(`${root}/${name}/cmdline`);
    processes.push({
      pid,
      parentPid: stat.parentPid,
      name: shortName,
      commandLine: argv.kind === 'ok' ? argv.value.toString('utf8').replace(/\0/g, ' ').trimEnd() : '',
    });
  }

  return processes;
}

/** The children of each process, by its pid. */
export function byParent(processes: readonly ListedProcess[]): ReadonlyMap<number, readonly ListedProcess[]> {
  const children = new Map<number, ListedProcess[]>();
  for (const process of processes) {
    const siblings = children.get(process.parentPid);
    if (siblings === undefined) children.set(process.parentPid, [process]);
    else siblings.push(process);
  }

  return children;
}

/** A start time for where there is no procfs: hundredths of a second, and of whole seconds, since the epoch. */
export function ticksOf({startedWallMs}: ListedProcess): number {
  return startedWallMs === undefined ? 0 : Math.floor(startedWallMs / 10);
}
