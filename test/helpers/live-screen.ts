/** The built program, live on a real terminal over a gunicorn. */
import {fileURLToPath} from 'node:url';
import type {GunicornServer} from './gunicorn-server.js';
import {openTerminal, type Terminal, type TerminalOptions} from './terminal.js';

export const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export type LiveOptions = TerminalOptions & {
  /** Further arguments of the program. */
  readonly args?: readonly string[];
  /** Arguments of Node itself, before the program. */
  readonly nodeArgs?: readonly string[];
};

/** Whether every worker of the server has a row. */
export function showsWorkers(server: GunicornServer): (screen: string) => boolean {
  return (screen) => / PID /.test(screen) && server.workerPids().every((pid) => workerRows(screen).includes(pid));
}

/** Whether it has taken the terminal: from then on it hears keys, a moment after its first picture. */
export function hearsKeys(screen: Terminal): boolean {
  return screen.isAlternate() && screen.taken().bracketedPaste;
}

/** The pids of the worker table from above. */
export function workerRows(screen: string): readonly number[] {
  const lines = screen.split('\n');
  const from = lines.findIndex((line) => /^ +PID +AGE/.test(line));
  const rows = lines.slice(
    from + 1,
    lines.findIndex((line) => line.startsWith('─')),
  );
  return from === -1 ? [] : rows.flatMap((line) => /^[ ▸+-] *(\d+) /.exec(line)?.[1] ?? []).map(Number);
}

/** The pids of the restart list from above. */
export function restartRows(screen: string): readonly number[] {
  return screen.split('\n').flatMap((line) => {
    const pid = /^[ ▸]\d\d:\d\d:\d\d #(\d+) /.exec(line)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
}

/** The pid of the selected row of the restart list. */
export function selectedRestart(screen: string): number | undefined {
  const pid = /^▸\d\d:\d\d:\d\d #(\d+) /m.exec(screen)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** The pid of the selected row of the worker table, which is marked only while the keys move there. */
export function selectedWorker(screen: string): number | undefined {
  const pid = /^▸ *(\d+) /m.exec(screen)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Opens it and resolves once the workers are shown and keys are heard. Whoever opens it must close it, also after a failure. */
export async function openLive(
  server: GunicornServer,
  {args = [], nodeArgs = [], ...options}: LiveOptions,
): Promise<Terminal> {
  const screen = openTerminal(process.execPath, [...nodeArgs, program, String(server.pid), ...args], options);
  try {
    await screen.until('the workers of the master', (text) => hearsKeys(screen) && showsWorkers(server)(text));
    return screen;
  } catch (error) {
    screen.close();
    throw error;
  }
}
