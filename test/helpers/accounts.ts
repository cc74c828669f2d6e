import {spawnSync} from 'node:child_process';
import {isAbsolute, join} from 'node:path';

/** A user and the group of the same name, by their numbers, which Debian and its descendants never change. */
export type Account = {readonly uid: number; readonly gid: number};

/** An ordinary user that runs a service. */
export const serviceUser: Account = {uid: 1, gid: 1};
/** A user that has nothing to do with it. */
export const nobody: Account = {uid: 65_534, gid: 65_534};

/** Whether we may become another user and that user may run this program of the repository: only root may, and not from a home of its own. */
export function othersMayRun(program: string): boolean {
  if (process.getuid?.() !== 0) {
    return false;
  }

  const path = isAbsolute(program) ? program : join(process.cwd(), program);
  return spawnSync(process.execPath, [path, '--version'], {...nobody, timeout: 20_000}).status === 0;
}

/** The command that runs `command` as that user: the same process all the way, so that its pid is the program's. */
export function asAccount({uid, gid}: Account, command: readonly string[]): readonly string[] {
  return ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...command];
}
