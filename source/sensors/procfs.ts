/** Reads of one process that are made once or seldom: arguments, environment, descriptors, groups, namespaces. */
import fs from 'node:fs';
import type {ProcessId, Reading} from '../observation.js';
import {readBytes, readText} from './files.js';
import {parseStat, type ProcessStat} from './process-stat.js';
import {attempt, type Owner} from './reading.js';

/** One open descriptor of a process and where its link leads: a path, `socket:[inode]`, `pipe:[inode]`, … */
export type DescriptorLink = {readonly fd: number; readonly link: string};

/** One read of `/proc/<pid>/stat`; a line that cannot be parsed is `failed`. */
export function readStat(pid: number, root = '/proc'): Reading<ProcessStat> {
  const bytes = readBytes(`${root}/${pid}/stat`, 4096);
  if (bytes.kind !== 'ok') return bytes;

  const stat = parseStat(bytes.value);
  return stat === undefined
    ? {kind: 'failed', why: 'the process state is not in the expected form'}
    : {kind: 'ok', value: stat};
}

/** The process for good. */
export function identify(pid: number, root = '/proc'): Reading<ProcessId> {
  const stat = readStat(pid, root);
  return stat.kind === 'ok' ? {kind: 'ok', value: {pid, startTicks: stat.value.startTicks}} : stat;
}

/** User of the process: the owner of its directory, which is root for one that is not dumpable, so `status` is asked. */
export function uidOf(pid: number, root = '/proc'): number | undefined {
  const status = readStatus(pid, root);
  return status.kind === 'ok' ? status.value.uid : undefined;
}

export type ProcessStatus = {
  /** Real user. */
  readonly uid?: number;
  /** Pid in the innermost pid namespace, when that is another one than the reader's. */
  readonly nsPid?: number;
  readonly voluntarySwitches?: number;
  /** The most that was ever resident. */
  readonly peakRssBytes?: number;
};

/** The fields wanted of a proc_pid_status(5) text. */
export function parseStatus(text: string, pid: number): ProcessStatus {
  const uid = /^Uid:\t(\d+)/m.exec(text)?.[1];
  const pids = /^NSpid:((?:\t\d+)+)/m.exec(text)?.[1]?.trim().split('\t').map(Number);
  const switches = /^voluntary_ctxt_switches:\t(\d+)/m.exec(text)?.[1];
  const peakKilobytes = /^VmHWM:\s+(\d+)/m.exec(text)?.[1];
  const inner = pids?.at(-1);

  return {
    ...(uid !== undefined && {uid: Number(uid)}),
    ...(inner !== undefined && inner !== pid && {nsPid: inner}),
    ...(switches !== undefined && {voluntarySwitches: Number(switches)}),
    ...(peakKilobytes !== undefined && {peakRssBytes: Number(peakKilobytes) * 1024}),
  };
}

export function readStatus(pid: number, root = '/proc'): Reading<ProcessStatus> {
  const text = readText(`${root}/${pid}/status`, 16_384);
  return text.kind === 'ok' ? {kind: 'ok', value: parseStatus(text.value, pid)} : text;
}

/** The arguments; a title of setproctitle arrives as the first of them. Empty for a kernel thread or a zombie. */
export function readArguments(pid: number, root = '/proc'): Reading<readonly string[]> {
  const text = readText(`${root}/${pid}/cmdline`, 65_536);
  if (text.kind !== 'ok') return text;

  const parts = text.value.replace(/\0+$/, '').split('\0');
  return {kind: 'ok', value: parts.length === 1 && parts[0] === '' ? [] : parts};
}

/**
 * The wanted variables of the environment the process was started with, and no others: it is where secrets live.
 * `unsupported` when it was overwritten by a title, which leaves only NULs.
 */
export function readEnvironment(
  pid: number,
  wanted: readonly string[],
  root = '/proc',
  owner?: Owner,
): Reading<Readonly<Record<string, string>>> {
  const text = readText(`${root}/${pid}/environ`, 1 << 20, owner);
  if (text.kind !== 'ok') return text;

  const entries = text.value.split('\0').filter((entry) => entry.includes('='));
  if (entries.length === 0) return {kind: 'unsupported', why: 'a process title has overwritten the environment'};

  const found: Record<string, string> = {};
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, at);
    if (wanted.includes(name)) found[name] ??= entry.slice(at + 1);
  }

  return {kind: 'ok', value: found};
}

/** The children of all its threads, oldest first as the kernel lists them. `unsupported` without CONFIG_PROC_CHILDREN. */
export function readChildren(pid: number, root = '/proc'): Reading<readonly number[]> {
  const threads = attempt(() => fs.readdirSync(`${root}/${pid}/task`));
  if (threads.kind !== 'ok') return threads;

  const pids: number[] = [];
  let readable = false;
  for (const thread of threads.value) {
    const text = readText(`${root}/${pid}/task/${thread}/children`, 1 << 20);
    if (text.kind !== 'ok') continue;

    readable = true;
    for (const word of text.value.split(' ')) if (word !== '') pids.push(Number(word));
  }

  return readable ? {kind: 'ok', value: pids} : {kind: 'unsupported', why: 'this kernel does not list children'};
}

/** Every open descriptor and its link, at most `limit` of them. One that is closed meanwhile is left out. */
export function readDescriptors(
  pid: number,
  root = '/proc',
  owner?: Owner,
  limit = 4096,
): Reading<readonly DescriptorLink[]> {
  const names = attempt(() => fs.readdirSync(`${root}/${pid}/fd`), owner);
  if (names.kind !== 'ok') return names;

  const links: DescriptorLink[] = [];
  for (const name of names.value.slice(0, limit)) {
    const link = attempt(() => fs.readlinkSync(`${root}/${pid}/fd/${name}`), owner);
    if (link.kind === 'ok') links.push({fd: Number(name), link: link.value});
    // A directory may be listed and yet not followed; then none of its links is readable, and asking on is dear.
    else if (link.kind === 'denied') return link;
  }

  return {kind: 'ok', value: links};
}

/** Where one descriptor leads; `gone` when it is closed, as when the process is gone. */
export function readDescriptor(pid: number, fd: number, root = '/proc', owner?: Owner): Reading<string> {
  return attempt(() => fs.readlinkSync(`${root}/${pid}/fd/${fd}`), owner);
}
