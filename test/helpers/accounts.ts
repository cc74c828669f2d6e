import {spawnSync} from 'node:child_process';

/** A user and the group of the same name, by their numbers, which Debian and its descendants never change. */
export type Account = {readonly uid: number; readonly gid: number};

/** An ordinary user that runs a service. */
export const serviceUser: Account = {uid: 1, gid: 1};
/** A user that has nothing to do with it. */
export const nobody: Account = {uid: 65_534, gid: 65_534};

/**
 * Whether we may become another user, and that user may run this command: only root may become one, and what lies in
 * root's own home is closed to it.
 */
export function othersMayRun(...[file, ...args]: readonly [string, ...string[]]): boolean {
  return process.getuid?.() === 0 && spawnSync(file, args, {...nobody, timeout: 20_000}).status === 0;
}

/** A Python that every user may run; undefined where we cannot become another user, or they have none. */
export const pythonOfEverybody: string | undefined = [ownPython(), '/usr/bin/python3'].find((python) =>
  othersMayRun(python, '-c', 'import venv, ensurepip'),
);

/** Where the `python3` that we find lies: another user may find another one. */
function ownPython(): string {
  return spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {encoding: 'utf8'}).stdout?.trim() ?? '';
}

/** The command that runs `command` as that user: the same process all the way, so that its pid is the program's. */
export function asAccount({uid, gid}: Account, command: readonly string[]): readonly string[] {
  return ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...command];
}
