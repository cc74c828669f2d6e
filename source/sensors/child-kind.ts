/** Tells what a child of a master is, by what can be read of it. */
import {recogniseGunicorn} from '../gunicorn/command-line.js';
import type {ChildKind} from '../observation.js';
import {heldHeartbeats} from './heartbeat-files.js';
import {nestedRole, sharesImage} from './lineage.js';
import type {ProcessStat} from './process-stat.js';
import {readArguments, readChildren} from './procfs.js';
import {valueOf} from './reading.js';

export type KnownChild = {
  readonly pid: number;
  readonly ageMs: number;
  readonly stat: ProcessStat;
  /** Whether it has a heartbeat file of its own; undefined while, or where, that cannot be told. */
  readonly ownsHeartbeat: boolean | undefined;
  /** Whether the kernel told that it executed a program after its fork; undefined where it told nothing. */
  readonly hasExecuted?: boolean | undefined;
};

export type KnownMaster = {readonly pid: number; readonly stat: ProcessStat; readonly argv: readonly string[]};

/** From this age on, a child that could not be recognised is taken for none of gunicorn's. */
const decidedAfterMs = 1500;

/** Whether it shares heartbeat files with children of its own, as an arbiter does. */
function hasWorkers(pid: number, root: string): boolean {
  const held = valueOf(heldHeartbeats(pid, root)) ?? [];
  if (held.length === 0) return false;

  const mine = new Set(held.map(({identity}) => identity));
  return (valueOf(readChildren(pid, root)) ?? []).some((child) =>
    (valueOf(heldHeartbeats(child, root)) ?? []).some(({identity}) => mine.has(identity)),
  );
}

function sameArguments(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((argument, index) => argument === b[index]);
}

/**
 * A title decides where there is one. Then: a heartbeat file of its own is a worker's; a program that was executed is
 * a successor or a child of the application; what was forked and has workers is a dirty arbiter. `undecided` asks for
 * another look, and is never the answer for a child older than 1.5 s.
 */
export function childKind(child: KnownChild, master: KnownMaster, root = '/proc'): ChildKind {
  const argv = valueOf(readArguments(child.pid, root)) ?? [];
  const forked =
    sharesImage(child.stat, master.stat) ?? (child.hasExecuted === undefined ? undefined : !child.hasExecuted);
  const title = recogniseGunicorn(argv);

  if (title?.role === 'worker') return 'worker';
  if (title?.role === 'dirty-arbiter' || title?.role === 'dirty-worker') return 'dirty';
  // A forked worker still wears its master's title for a moment.
  if (title?.role === 'master' && forked === false) return 'successor';
  if (child.ownsHeartbeat === true) return 'worker';
  if (hasWorkers(child.pid, root))
    return nestedRole({...child, argv}, master, root) === 'successor' ? 'successor' : 'dirty';

  if (forked === false) {
    const role = title === undefined ? undefined : nestedRole({...child, argv}, master, root);
    if (role === 'successor') return 'successor';
    return child.ageMs < decidedAfterMs ? 'undecided' : 'other';
  }

  if (child.ageMs < decidedAfterMs) return 'undecided';
  // Nothing but the arguments is readable of another user's process, and a fork keeps them.
  return child.ownsHeartbeat === undefined && sameArguments(argv, master.argv) ? 'worker' : 'other';
}
