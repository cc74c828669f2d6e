/**
 * A buffer of our own in the kernel's tracing, beside which everybody else's tracing goes on undisturbed: a folder
 * made in `instances/` of tracefs, and removed again whatever ends us (Documentation/trace/ftrace.rst, "Instances").
 *
 * It is named after our process and its start. What an inspector left behind that was killed is removed by the next.
 */
import fs from 'node:fs';
import {openReadOnly, readText} from './files.js';
import {readStat} from './procfs.js';
import {valueOf} from './reading.js';

export type TracingInstance = {
  /** Its end of the pipe: reading takes lines away, and never waits. */
  readonly pipe: number;
  readonly close: () => void;
};

const nameOfOurs = /^gunspect-(\d+)-(\d+)-\d+$/;
let opened = 0;

/** Where tracefs is mounted, or undefined. Under debugfs it is a mount of its own once somebody has looked. */
export function tracingFolder(root = '/proc'): string | undefined {
  const mounts = valueOf(readText(`${root}/self/mountinfo`, 1 << 20)) ?? '';
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    if (after.startsWith('tracefs ')) return before.split(' ')[4];
  }

  return undefined;
}

function removeInstance(folder: string): void {
  try {
    // While an event is on, or the pipe open, the folder is busy.
    fs.writeFileSync(`${folder}/events/enable`, '0', {flag: 'r+'});
    fs.rmdirSync(folder);
  } catch {
    // It is gone, or held by somebody who reads it.
  }
}

/** Removes what dead inspectors left. One that lives under the same pid with the same start is no dead one. */
function removeLeftOver(instances: string, root: string): void {
  for (const name of fs.readdirSync(instances)) {
    const [, pid, startTicks] = nameOfOurs.exec(name) ?? [];
    if (pid === undefined) continue;

    const stat = valueOf(readStat(Number(pid), root));
    if (stat === undefined || stat.startTicks !== Number(startTicks)) removeInstance(`${instances}/${name}`);
  }
}

/**
 * Makes an instance with these events on, each with its filter ('' for none). Throws as the system does, with nothing left behind.
 */
export function openInstance(
  tracing: string,
  events: Readonly<Record<string, string>>,
  root = '/proc',
): TracingInstance {
  const instances = `${tracing}/instances`;
  removeLeftOver(instances, root);
  const startTicks = valueOf(readStat(process.pid, root))?.startTicks ?? 0;
  const folder = `${instances}/gunspect-${process.pid}-${startTicks}-${++opened}`;
  let pipe: number | undefined;
  const close = (): void => {
    process.off('exit', close);
    if (pipe !== undefined) fs.closeSync(pipe);
    pipe = undefined;
    removeInstance(folder);
  };

  fs.mkdirSync(folder);
  // An exception that nobody caught ends us without closing anything.
  process.on('exit', close);
  try {
    const set = (file: string, value: string): void => fs.writeFileSync(`${folder}/${file}`, value, {flag: 'r+'});
    set('buffer_size_kb', '64');
    set('trace_clock', 'mono');
    for (const [event, filter] of Object.entries(events)) {
      if (filter !== '') set(`events/${event}/filter`, filter);
      set(`events/${event}/enable`, '1');
    }

    pipe = openReadOnly(`${folder}/trace_pipe`);
    return {pipe, close};
  } catch (error) {
    close();
    throw error;
  }
}
