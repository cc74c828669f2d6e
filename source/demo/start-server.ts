import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process';
import {EventEmitter, once} from 'node:events';
import {readFileSync, rmdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import {ask} from './ask.js';
import {demoFaults, type DemoFault} from './demo-faults.js';
import {faultAppText} from './fault-app-text.js';
import {launcher} from './launcher.js';
import type {PythonEnvironment} from './python-environment.js';

/** How the demo's gunicorn is set up. The timeout is short, so that nobody waits half a minute for a fault. */
export const demoSettings = {
  workers: 4,
  timeoutSeconds: 5,
  maxRequests: 500,
  memoryLimitBytes: 256 * 1024 * 1024,
} as const;

/** A real gunicorn of the demo's own, with the fault application and its menu, in a private folder. */
export type DemoServer = {
  readonly port: number;
  /** "http://127.0.0.1:18234" */
  readonly address: string;
  /** Whether it runs inside a memory limit; the faults that need one can be caused only then. */
  readonly hasMemoryLimit: boolean;
  /** What gunicorn has written to its error log so far. */
  readonly log: () => string;
  /** Resolves when everything that was started is gone, and the folder with it. May be called more than once. */
  readonly stop: () => Promise<void>;
};

/** The line of JSON that the launcher starts from. */
type LaunchOrder = {
  readonly command: readonly string[];
  readonly app: string;
  readonly faults: readonly DemoFault[];
  readonly memoryLimitBytes: number;
};

/** A line that the launcher says. The folder, the port and the control group stay the same for all masters. */
type LauncherEvent =
  | {
      readonly event: 'started';
      readonly masterPid: number;
      readonly port: number;
      readonly folder: string;
      readonly memoryGroup: string | null;
    }
  | {readonly event: 'ended'; readonly masterPid: number};

type Started = Extract<LauncherEvent, {readonly event: 'started'}>;

const startDeadlineMs = 20_000;

/**
 * Starts the launcher, and resolves when its gunicorn answers. Rejects, with nothing left behind, with the last line of
 * gunicorn's log when it ends instead, and when the signal aborts.
 *
 * Nothing here signals anything: the launcher ends when its standard input does, which is also when this process dies.
 */
export async function startServer(environment: PythonEnvironment, signal: AbortSignal): Promise<DemoServer> {
  const child = spawn(environment.python, ['-c', launcher], {
    // In a session of its own: ctrl-c and the end of the terminal are for us, and it learns of them by our end.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: launcherEnvironment(),
  });
  const exited = once(child, 'close');
  exited.catch(() => undefined);
  let first: Started | undefined;
  const stop = async () => {
    child.stdin.end();
    await exited.catch(() => undefined);
    if (first !== undefined) {
      removeRemains(first);
    }
  };
  try {
    const {memoryLimitBytes} = demoSettings;
    const order: LaunchOrder = {
      command: commandOf(environment),
      app: faultAppText(),
      faults: demoFaults,
      memoryLimitBytes,
    };
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const {started, ended} = listen(child, exited);
    first = await started;
    const {port, folder, memoryGroup} = first;
    const address = `http://127.0.0.1:${port}`;
    const textOf = (name: string) => readText(path.join(folder, name));
    const log = () => textOf('error.log');
    const answered = answers(address, signal);
    if (!(await Promise.race([answered, ended.then(() => false)]))) {
      throw new Error(`the demo's gunicorn did not start: ${lastLine(`${log()}\n${textOf('output.log')}`)}`);
    }
    return {port, address, hasMemoryLimit: memoryGroup !== null, log, stop};
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a launcher leaves behind that was killed. */
function removeRemains({folder, memoryGroup}: Started): void {
  rmSync(folder, {recursive: true, force: true});
  try {
    if (memoryGroup !== null) {
      rmdirSync(memoryGroup);
    }
  } catch {
    // Gone, or its last process is not yet.
  }
}

function commandOf({gunicorn}: PythonEnvironment): readonly string[] {
  const {workers, timeoutSeconds, maxRequests} = demoSettings;
  return [
    gunicorn,
    'demo:app',
    ...['--workers', String(workers), '--timeout', String(timeoutSeconds)],
    ...['--graceful-timeout', String(timeoutSeconds), '--max-requests', String(maxRequests)],
    // With the pid in it, so that each worker's requests can be counted.
    ...['--access-logfile', 'access.log', '--access-logformat', '%(p)s %(t)s "%(r)s" %(s)s'],
  ];
}

/** Only what is needed: a GUNICORN_CMD_ARGS or PYTHONPATH of the user's would make it another server. */
function launcherEnvironment(): NodeJS.ProcessEnv {
  const {PATH, TZ, TMPDIR} = process.env;
  return {PATH, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1', ...(TZ && {TZ}), ...(TMPDIR && {TMPDIR})};
}

/**
 * The launcher's first event, and the end of its first gunicorn. Everything it says is read on, so that it never waits
 * for us.
 */
function listen(child: ChildProcessWithoutNullStreams, exited: Promise<unknown>) {
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = `${errors}${chunk}`.slice(-4000);
  });
  const events = new EventEmitter<{started: [Started]; ended: []}>();
  createInterface({input: child.stdout}).on('line', (line) => {
    const said = JSON.parse(line) as LauncherEvent;
    if (said.event === 'started') {
      events.emit('started', said);
    } else {
      events.emit('ended');
    }
  });
  const failed = exited.then(() => {
    throw new Error(`the demo's launcher ended: ${lastLine(errors)}`);
  });
  const started = once(events, 'started').then(([said]) => said as Started);
  return {started: Promise.race([started, failed]), ended: once(events, 'ended')};
}

/** Resolves with true when the server answers, with false when it does not in time. Rejects when the signal aborts. */
async function answers(address: string, signal: AbortSignal): Promise<boolean> {
  const endMs = performance.now() + startDeadlineMs;
  while (performance.now() < endMs) {
    signal.throwIfAborted();
    // oxlint-disable-next-line no-await-in-loop -- one question after another
    const status = await ask(`${address}/`).answer.then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status === 200) {
      return true;
    }
    // oxlint-disable-next-line no-await-in-loop -- no event says when a server listens
    await delay(50);
  }
  return false;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'it said nothing';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
