import {chownSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import {asAccount, type Account} from './accounts.js';
import {holdConnection, requestPage, type PageRequest} from './fault-request.js';
import {endGroup, launch} from './fault-launch.js';
import {childrenOf, freePort, heartbeatOf} from './fault-processes.js';
import {waitFor} from './fault-wait.js';
import {makeMemoryGroup} from './memory-group.js';
import {classArguments, type FaultClass} from './worker-class.js';
import {makeProcessorGroup} from './processor-group.js';

export type GunicornOptions = {
  readonly environment: PythonEnvironment;
  readonly workerClass: FaultClass;
  /** 2 where nothing else is said. */
  readonly workers?: number;
  /** 30, gunicorn's own default, where nothing else is said. */
  readonly timeoutSeconds?: number;
  /** Further command line arguments. */
  readonly args?: readonly string[];
  /** What the app does while it is imported (see fault-app.py). */
  readonly boot?: string;
  /** What all its processes together may use, in a control group of their own; unlimited where nothing is said. */
  readonly memoryLimitMegabytes?: number;
  /** Whether `limitProcessors` is to work: all its processes are then in a control group of their own. */
  readonly processorGroup?: true;
  /** How the name of that control group ends: `.service` makes it that of a systemd unit. */
  readonly controlGroupNameEnd?: string;
  /** Whom it runs as; as whoever runs the tests where nothing is said. */
  readonly account?: Account;
  /** Where gunicorn writes its error log: a file of its own, or a pipe that nobody else can read. */
  readonly logTo?: 'file' | 'pipe';
};

/** A real gunicorn with the fault app, in a private folder, in a process group of its own. */
export type GunicornServer = {
  readonly pid: number;
  readonly port: number;
  readonly folder: string;
  /** The path of its control group, when it has one of its own. */
  readonly controlGroup?: string;
  readonly logFile: string;
  /** Everything written to the error log so far, wherever it goes. */
  readonly log: () => string;
  readonly waitForLog: (pattern: RegExp, deadlineMs?: number) => Promise<RegExpMatchArray>;
  /** The master's children that hold a heartbeat, oldest first. */
  readonly workerPids: () => readonly number[];
  /** Resolves with the pids once `count` workers live and all have booted. */
  readonly waitForWorkers: (count: number, deadlineMs?: number) => Promise<readonly number[]>;
  /** From now on all its processes together get so many processors. */
  readonly limitProcessors: (processors: number) => void;
  readonly signal: (name: NodeJS.Signals, pid?: number) => void;
  readonly request: (path: string) => PageRequest;
  /** Connects, sends `text` and then stays silent for ever. */
  readonly hold: (text?: string) => Promise<void>;
  /** The workers that have begun `page` and not ended it. */
  readonly begun: (page: string) => readonly number[];
  /** Resolves with the pid of a worker that has begun `page` and not ended it. */
  readonly waitForBegun: (page: string, deadlineMs?: number) => Promise<number>;
  /** Changes what the app does at the next import. */
  readonly breakBoot: (plan: string) => void;
  /** Lets the lifespan of an ASGI app fail from now on, or start again. */
  readonly breakLifespan: (isBroken: boolean) => void;
  /** Starts the same gunicorn once more, as a supervisor does when the first has ended; resolves with its master's pid once its workers have booted. */
  readonly startAgain: () => Promise<number>;
  /** Whether the master has ended. */
  readonly ended: () => boolean;
  /** Ends whatever of it still lives and removes the folder. */
  readonly stop: () => Promise<void>;
};

const faultApp = new URL('../../source/demo/fault-app.py', import.meta.url);
const faultAsgi = new URL('fault-asgi.py', import.meta.url);
const defaultDeadlineMs = 20_000;

/** Starts a gunicorn and resolves once all its workers have booted. Whoever starts it must call `stop`, also after a failure. */
export async function startGunicorn(options: GunicornOptions): Promise<GunicornServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-fault-'));
  copyFileSync(faultApp, join(folder, 'fault_app.py'));
  copyFileSync(faultAsgi, join(folder, 'fault_asgi.py'));
  if (options.account !== undefined) {
    chownSync(folder, options.account.uid, options.account.gid);
  }

  const port = await freePort();
  const logFile = join(folder, 'error.log');
  const {workers = 2, timeoutSeconds = 30, logTo = 'file', memoryLimitMegabytes} = options;
  const memoryGroup =
    memoryLimitMegabytes === undefined ? undefined : makeMemoryGroup(memoryLimitMegabytes, options.controlGroupNameEnd);
  const processorGroup = options.processorGroup ? makeProcessorGroup() : undefined;
  const gunicorn = [
    options.environment.gunicorn,
    ...classArguments(options.workerClass),
    ...['--bind', `127.0.0.1:${port}`, '--workers', String(workers), '--timeout', String(timeoutSeconds)],
    ...['--error-logfile', logTo === 'file' ? logFile : '-'],
    ...(options.args ?? []),
  ];
  const command = options.account === undefined ? gunicorn : asAccount(options.account, gunicorn);
  const env = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    HOME: folder,
    // gunicorn 25.1 and newer keep a control socket here, one for each user unless told otherwise.
    XDG_RUNTIME_DIR: folder,
    PYTHONDONTWRITEBYTECODE: '1',
    FAULT_APP_FOLDER: folder,
    ...(options.boot === undefined ? {} : {FAULT_APP_BOOT: options.boot}),
  };
  const start = () =>
    launch((memoryGroup ?? processorGroup)?.inside(command) ?? command, folder, env, logTo === 'pipe');
  const allLaunched = [
    await start().catch(async (error: unknown) => {
      rmSync(folder, {recursive: true, force: true});
      await memoryGroup?.remove();
      await processorGroup?.remove();
      throw error;
    }),
  ];
  const {pid, ended} = allLaunched[0]!;
  const log = () =>
    (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '') +
    allLaunched.map((launched) => launched.standardError()).join('');
  const workerPids = () => childrenOf(pid).filter((worker) => heartbeatOf(worker) !== 'none');
  const held: {destroy(): void}[] = [];

  const server: GunicornServer = {
    pid,
    port,
    folder,
    ...(memoryGroup && {controlGroup: memoryGroup.path}),
    logFile,
    log,
    workerPids,
    ended,
    async startAgain() {
      rmSync(join(folder, 'launched.pid'), {force: true});
      const launched = await start();
      allLaunched.push(launched);
      await waitFor(
        'the workers of the second gunicorn',
        defaultDeadlineMs,
        () => hasBooted(launched.pid, workers),
        log,
      );
      return launched.pid;
    },
    waitForLog: (pattern, deadlineMs = defaultDeadlineMs) =>
      waitFor(`${pattern} in the log`, deadlineMs, () => log().match(pattern) ?? undefined, log),
    waitForWorkers: (count, deadlineMs = defaultDeadlineMs) =>
      waitFor(
        `${count} booted workers`,
        deadlineMs,
        () => {
          if (ended()) {
            throw new Error(`gunicorn ended by itself:\n${log()}`);
          }

          const pids = workerPids();
          return pids.length === count && pids.every((worker) => heartbeatOf(worker) === 'booted') ? pids : undefined;
        },
        log,
      ),
    limitProcessors(processors) {
      processorGroup?.limitTo(processors);
    },
    signal: (name, target = pid) => {
      process.kill(target, name);
    },
    request(path) {
      const request = requestPage(port, path);
      held.push({destroy: request.abort});
      return request;
    },
    async hold(text) {
      held.push(await holdConnection(port, text));
    },
    begun: (page) => begunBy(join(folder, 'journal'), page),
    waitForBegun: (page, deadlineMs = defaultDeadlineMs) =>
      waitFor(`a worker to begin ${page}`, deadlineMs, () => server.begun(page)[0], log),
    breakBoot: (plan) => {
      writeFileSync(join(folder, 'boot'), plan);
    },
    breakLifespan(isBroken) {
      if (isBroken) writeFileSync(join(folder, 'lifespan'), '');
      else rmSync(join(folder, 'lifespan'), {force: true});
    },
    async stop() {
      for (const connection of held) {
        connection.destroy();
      }

      for (const launched of allLaunched) {
        await endGroup(launched);
      }

      await memoryGroup?.remove();
      await processorGroup?.remove();
      rmSync(folder, {recursive: true, force: true});
    },
  };

  try {
    await server.waitForWorkers(workers);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Whether a master has that many workers, all of them booted. */
export function hasBooted(masterPid: number, workers: number): boolean {
  const booted = childrenOf(masterPid).filter((pid) => heartbeatOf(pid) === 'booted');
  return booted.length === workers;
}

function begunBy(journal: string, page: string): readonly number[] {
  if (!existsSync(journal)) {
    return [];
  }

  const open = new Map<string, number>();
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const [what, pid, of] = line.split(' ');
    if (of === page) {
      open.set(pid!, (open.get(pid!) ?? 0) + (what === 'begin' ? 1 : -1));
    }
  }

  return [...open].flatMap(([pid, count]) => (count > 0 ? [Number(pid)] : []));
}
