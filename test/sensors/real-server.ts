import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {connect, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {childrenOf, freePort, heartbeatOf, killGroup} from '../helpers/fault-processes.js';
import {waitFor} from '../helpers/fault-wait.js';

export type RealServer = {
  readonly pid: number;
  readonly port: number;
  readonly folder: string;
  readonly log: () => string;
  /** Children that hold a heartbeat file and have booted. */
  readonly workers: () => readonly number[];
  readonly waitForWorkers: (count: number) => Promise<readonly number[]>;
  /** Sends the head of a request and holds the connection open. */
  readonly ask: (page: string, head?: string) => Promise<Socket>;
  readonly stop: () => Promise<void>;
};

export type RealOptions = {
  /** Program and arguments; `PORT` and `FOLDER` in them are replaced. */
  readonly command: readonly string[];
  /** User and group to run as. */
  readonly uid?: number;
  /** More files for the private folder, by their names there. */
  readonly files?: Readonly<Record<string, URL>>;
};

const liveGroups = new Set<number>();
process.on('exit', () => {
  for (const group of liveGroups) killGroup(group);
});

/** Starts a program in a private folder that holds the waiting app, in a process group of its own. It must be stopped. */
export async function startServer({command, uid, files = {}}: RealOptions): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-real-'));
  copyFileSync(new URL('waiting-app.py', import.meta.url), join(folder, 'waiting_app.py'));
  for (const [name, from] of Object.entries(files)) copyFileSync(from, join(folder, name));
  const port = await freePort();
  const [program = '', ...args] = command.map((word) =>
    word.replaceAll('PORT', String(port)).replaceAll('FOLDER', folder),
  );
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && {uid, gid: uid}),
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      TZ: 'UTC',
      LANG: 'C.UTF-8',
    },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  liveGroups.add(pid);

  const fileText = (name: string): string => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return '';
    }
  };
  const log = (): string => output + fileText('error.log') + fileText('out.log');
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const states = (): string =>
    childrenOf(pid)
      .map((worker) => `${worker} ${heartbeatOf(worker)}`)
      .join();
  const workers = (): readonly number[] => childrenOf(pid).filter((worker) => heartbeatOf(worker) === 'booted');
  const held: Socket[] = [];

  return {
    pid,
    port,
    folder,
    log,
    workers,
    waitForWorkers: (count) =>
      waitFor(
        `${count} booted workers`,
        20_000,
        () => {
          if (hasEnded())
            throw new Error(`the server ended by itself (${child.exitCode ?? child.signalCode}):\n${log()}`);
          return workers().length === count ? workers() : undefined;
        },
        () => `children: ${states()}\n${log()}`,
      ),
    ask: async (page, head = `GET ${page} HTTP/1.1\r\nHost: localhost\r\n\r\n`) => {
      const socket = connect({host: '127.0.0.1', port});
      socket.on('error', () => undefined);
      held.push(socket);
      await once(socket, 'connect');
      socket.write(head);
      return socket;
    },
    stop: async () => {
      for (const socket of held) socket.destroy();
      killGroup(pid);
      await waitFor('the server to end', 5000, hasEnded);
      // Orphans are reaped by whoever adopted them, when it likes.
      await waitFor('its children to end', 3000, () => !killGroup(pid)).catch(() => undefined);
      liveGroups.delete(pid);
      rmSync(folder, {recursive: true, force: true});
    },
  };
}
