/** Processes that look like gunicorn by title or command line: for where descriptors cannot be read, or none is shared. */
import {recogniseGunicorn} from '../gunicorn/command-line.js';
import type {ListedProcess} from './processes.js';
import {readArguments} from './procfs.js';
import {valueOf} from './reading.js';

export type Lookalike = {readonly how: 'title' | 'command-line'; readonly argv: readonly string[]};

function argumentsOf(process: ListedProcess, root: string): readonly string[] {
  return valueOf(readArguments(process.pid, root)) ?? process.commandLine.split(' ');
}

/** Those that may be masters, by pid. Workers are among them: without a title they have the command line of their master. */
export function lookalikes(processes: readonly ListedProcess[], root = '/proc'): ReadonlyMap<number, Lookalike> {
  const found = new Map<number, Lookalike>();
  for (const process of processes) {
    if (!process.commandLine.includes('gunicorn')) continue;

    const argv = argumentsOf(process, root);
    const command = recogniseGunicorn(argv);
    if (command?.role !== 'master' && command?.role !== 'master-or-worker') continue;

    found.set(process.pid, {how: command.how === 'title' ? 'title' : 'command-line', argv});
  }

  return found;
}

/** The children that look like workers: the same arguments as their master, for a fork keeps them, or a worker's title. */
export function likelyWorkers(
  argv: readonly string[],
  children: readonly ListedProcess[],
  root = '/proc',
): readonly ListedProcess[] {
  const mine = argv.join('\0');
  return children.filter((child) => {
    const theirs = argumentsOf(child, root);
    return theirs.join('\0') === mine || recogniseGunicorn(theirs)?.role === 'worker';
  });
}
