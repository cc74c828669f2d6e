/** Turns what the user named into masters: pid, pidfile, port, address, unix socket, systemd unit, control group or part of the app's name. */
import fs from 'node:fs';
import {stripControls} from '../gunicorn/redact.js';
import {parseMembership} from './cgroup.js';
import {readText} from './files.js';
import {heldHeartbeats} from './heartbeat-files.js';
import {findMasters, type FindOptions, type FoundMaster} from './masters.js';
import {readStat, readStatus} from './procfs.js';
import {attempt, unlockOf, valueOf} from './reading.js';
import {isListenedOnByOthers, listensOn} from './target-listeners.js';
import type {Target} from './target-form.js';

export {parseTarget, type Target, type TargetForm} from './target-form.js';

/** `none`, `not-gunicorn` and `unreadable` carry one sentence for the user that ends in the next step. */
export type ResolvedTarget =
  | {readonly kind: 'found'; readonly masters: readonly [FoundMaster]}
  /** Oldest first. */
  | {readonly kind: 'ambiguous'; readonly masters: readonly FoundMaster[]}
  | {readonly kind: 'none'; readonly why: string}
  | {readonly kind: 'not-gunicorn'; readonly why: string}
  | {readonly kind: 'unreadable'; readonly why: string};

const seeList = 'run "gunspect list" to see the gunicorn masters here';

/** Root sees every process, so there is no one to become. */
function noneAtAll(): string {
  return process.geteuid?.() === 0
    ? 'no gunicorn is running here; start one, or name one that is about to start.'
    : 'no gunicorn is running here that we can see; start one, or run gunspect as root to see those of other users.';
}

/** Of several masters, a successor started on USR2 does not compete with the master that started it. */
function answer(masters: readonly FoundMaster[], none: () => ResolvedTarget): ResolvedTarget {
  const pids = new Set(masters.map(({id}) => id.pid));
  const top = masters
    .filter(({role, parentPid}) => role !== 'dirty-arbiter' && (role === 'master' || !pids.has(parentPid)))
    .toSorted((a, b) => a.id.startTicks - b.id.startTicks);
  const [first] = top;
  if (first === undefined) return none();

  return top.length === 1 ? {kind: 'found', masters: [first]} : {kind: 'ambiguous', masters: top};
}

/** The master that a process belongs to: itself, or the nearest above it; application children belong to their worker's. */
function masterAbove(pid: number, masters: readonly FoundMaster[], root: string): FoundMaster | undefined {
  let at = pid;
  for (let depth = 0; depth < 4 && at > 1; depth++) {
    const found = masters.find(({id, role}) => id.pid === at && role !== 'dirty-arbiter');
    if (found !== undefined) return found;

    at = valueOf(readStat(at, root))?.parentPid ?? 0;
  }

  return masters.find(({id, role}) => id.pid === at && role !== 'dirty-arbiter');
}

function byPid(pid: number, named: string, masters: readonly FoundMaster[], root: string): ResolvedTarget {
  const stat = readStat(pid, root);
  if (stat.kind === 'gone') return {kind: 'none', why: `${named}, and no such process is running; ${seeList}.`};

  const master = masterAbove(pid, masters, root);
  if (master !== undefined) return {kind: 'found', masters: [master]};

  const uid = valueOf(readStatus(pid, root))?.uid;
  const held = heldHeartbeats(pid, root, uid === undefined ? {} : {uid});
  if (held.kind === 'denied') {
    const next = unlockOf(held) ?? 'run gunspect as root';
    return {kind: 'unreadable', why: `${named}, and whether it is gunicorn is closed to us by ${held.by}; ${next}.`};
  }

  return {kind: 'not-gunicorn', why: `${named}, and that process is not gunicorn; ${seeList}.`};
}

/** A pid inside a container is not the pid we see: the one that fits in its own namespace is taken then. */
function byPidFile(path: string, masters: readonly FoundMaster[], root: string): ResolvedTarget {
  const text = readText(path, 64);
  switch (text.kind) {
    case 'gone':
      return {kind: 'none', why: `there is no file ${path}; give the path gunicorn has as --pid, or ${seeList}.`};
    case 'denied':
      return {kind: 'unreadable', why: `the file ${path} is closed to us by ${text.by}; run gunspect as root.`};
    case 'unsupported':
    case 'failed':
      return {kind: 'none', why: `${path} cannot be read as a pidfile (${text.why}); ${seeList}.`};
    case 'ok': {
      const pid = /^\s*(\d{1,10})\s*$/.exec(text.value)?.[1];
      if (pid === undefined) return {kind: 'none', why: `${path} does not hold a pid; ${seeList}.`};

      const inner = masters.filter(({id}) => valueOf(readStatus(id.pid, root))?.nsPid === Number(pid));
      const direct = byPid(Number(pid), `${path} names process ${pid}`, masters, root);
      return direct.kind !== 'found' && inner.length > 0 ? answer(inner, () => direct) : direct;
    }
  }
}

function byListener(target: Target, masters: readonly FoundMaster[], root: string): ResolvedTarget {
  const address = target.form === 'unix-socket' ? target.text.replace(/^unix:(?:\/\/)?/, '') : target.text;
  return answer(
    masters.filter((master) => listensOn(master, address, root)),
    () =>
      isListenedOnByOthers(address, root)
        ? {kind: 'not-gunicorn', why: `what listens on ${address} is not a gunicorn that we can see; ${seeList}.`}
        : {kind: 'none', why: `nothing listens on ${address}; ${seeList}.`},
  );
}

function controlGroupsOf(pid: number, root: string): readonly string[] {
  return parseMembership(valueOf(readText(`${root}/${pid}/cgroup`, 65_536)) ?? '').all;
}

/** Whether a process is in the control group of a unit, or in one below it. */
function isInUnit(pid: number, unit: string, root: string): boolean {
  const names = new Set(controlGroupsOf(pid, root).flatMap((path) => path.split('/')));
  return names.has(unit) || names.has(`${unit}.service`);
}

/** Whether a process is in the control group with this path, of any hierarchy, or in one below it. */
function isInGroup(pid: number, group: string, root: string): boolean {
  return controlGroupsOf(pid, root).some((path) => path === group || path.startsWith(`${group.replace(/\/$/, '')}/`));
}

function byName(text: string, masters: readonly FoundMaster[], root: string): ResolvedTarget {
  const wanted = text.toLowerCase();
  const inUnit = masters.filter(({id}) => isInUnit(id.pid, text, root));
  const byApp = masters.filter(({app}) => app?.toLowerCase().includes(wanted));
  // An embedded server has no name but that of its script.
  const byCommand = masters.filter(({commandLine}) => commandLine.toLowerCase().includes(wanted));
  const found = [inUnit, byApp, byCommand].find((some) => some.length > 0) ?? [];
  return answer(found, () => ({kind: 'none', why: `no gunicorn here has "${text}" in its unit or app; ${seeList}.`}));
}

/** Whether a path leads to a socket: then it names a listener and no pidfile. */
function isSocket(path: string): boolean {
  return valueOf(attempt(() => fs.statSync(path).isSocket())) === true;
}

/** The masters that a target names now. A successor started on USR2 does not make its master ambiguous. */
export async function resolveTarget(target: Target, options: FindOptions = {}): Promise<ResolvedTarget> {
  const {root = '/proc'} = options;
  const masters = await findMasters(options);
  const text = stripControls(target.text);
  switch (target.form) {
    case 'any':
      return answer(masters, () => ({
        kind: 'none',
        why: noneAtAll(),
      }));
    case 'pid':
      return byPid(Number(target.text), `the target is process ${text}`, masters, root);
    case 'pidfile':
      return isSocket(target.text)
        ? byListener({...target, form: 'unix-socket'}, masters, root)
        : byPidFile(target.text, masters, root);
    case 'port':
    case 'address':
    case 'unix-socket':
      return byListener(target, masters, root);
    case 'unit':
      return answer(
        masters.filter(({id}) => isInUnit(id.pid, target.text, root)),
        () => ({
          kind: 'none',
          why: `no gunicorn here runs in the unit ${text}; ask systemctl status ${text}, or ${seeList}.`,
        }),
      );
    case 'cgroup':
      return answer(
        masters.filter(({id}) => isInGroup(id.pid, target.text.slice('cgroup:'.length), root)),
        () => ({kind: 'none', why: `no gunicorn here runs in the control group ${text}; ${seeList}.`}),
      );
    case 'name':
      return byName(text, masters, root);
  }
}
