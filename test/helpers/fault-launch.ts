import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isAlive, killGroup} from './fault-processes.js';
import {waitFor} from './fault-wait.js';

/** A program that runs in a process group of its own. */
export type Launched = {
  readonly pid: number;
  readonly group: number;
  /** Everything it wrote to standard error so far. */
  readonly standardError: () => string;
  readonly ended: () => boolean;
};

// A failed or interrupted test file must not leave a gunicorn behind.
const liveGroups = new Set<number>();
process.on('exit', () => {
  for (const group of liveGroups) {
    killGroup(group);
  }
});

/**
 * Starts a program in `folder`. With `throughPipe` its standard error is an anonymous pipe to another process, as in a
 * container or `gunicorn 2>&1 | tee`; without, it is whatever Node makes (a pair of sockets).
 */
export async function launch(
  command: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
  throughPipe: boolean,
): Promise<Launched> {
  const pidFile = join(folder, 'launched.pid');
  // `exec` makes the inner shell the program itself: the pid that it wrote is the program's.
  const piped = `sh -c 'echo $$ > "$0"; exec "$@" 2>&1 > /dev/null' "$@" | cat >&2`;
  const [file, ...args] = throughPipe ? ['sh', '-c', piped, 'sh', pidFile, ...command] : command;
  const child = spawn(file!, args, {cwd: folder, env, detached: true, stdio: ['ignore', 'ignore', 'pipe']});
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'spawn');
  const group = child.pid!;
  liveGroups.add(group);
  const pid = throughPipe ? await waitFor('the pid of the program', 10_000, () => pidIn(pidFile)) : group;
  return {pid, group, standardError: () => text, ended: () => !isAlive(pid)};
}

function pidIn(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
}

/** Ends every process of the group and resolves when they are gone. Orphans belong to init, which reaps them when it likes. */
export async function endGroup({pid, group}: Launched): Promise<void> {
  killGroup(group);
  await waitFor(`process ${pid} to end`, 5000, () => !isAlive(pid));
  await waitFor(`the group of ${pid} to end`, 3000, () => !killGroup(group)).catch(() => undefined);
  liveGroups.delete(group);
}
