/**
 * Tells how a child of a gunicorn master came to be: forked to work, or started on USR2 as the next master.
 */
import {recogniseGunicorn} from '../gunicorn/command-line.js';
import type {Reading} from '../observation.js';
import type {ProcessStat} from './process-stat.js';
import {readEnvironment} from './procfs.js';

/**
 * Whether a process still runs the program image of its parent. A forked process has its arguments at the very address
 * where the parent has them; a program that was executed is laid out anew at random (proc_pid_stat(5), field 48).
 * Undefined where addresses are hidden from us or not randomised.
 */
export function sharesImage(child: ProcessStat, parent: ProcessStat): boolean | undefined {
  if (child.argumentsAt === 0 || parent.argumentsAt === 0) return undefined;

  return child.argumentsAt === parent.argumentsAt;
}

/** Whether gunicorn started this process as the successor of the given master, which it tells in GUNICORN_PID. */
function isSuccessorByEnvironment(pid: number, masterPid: number, root: string): boolean | undefined {
  const environment: Reading<Readonly<Record<string, string>>> = readEnvironment(pid, ['GUNICORN_PID'], root);
  if (environment.kind !== 'ok') return undefined;

  return environment.value['GUNICORN_PID'] === String(masterPid);
}

/**
 * What a child of a master is that has heartbeat files of its own: the next master, or the arbiter of the dirty pool.
 * The title decides, then the environment, then whether it was forked or executed.
 */
export function nestedRole(
  child: {readonly pid: number; readonly argv: readonly string[]; readonly stat: ProcessStat},
  master: {readonly pid: number; readonly stat: ProcessStat},
  root = '/proc',
): 'successor' | 'dirty-arbiter' {
  const title = recogniseGunicorn(child.argv);
  if (title?.how === 'title') return title.role === 'dirty-arbiter' ? 'dirty-arbiter' : 'successor';
  if (isSuccessorByEnvironment(child.pid, master.pid, root) === true) return 'successor';

  return sharesImage(child.stat, master.stat) === true ? 'dirty-arbiter' : 'successor';
}
