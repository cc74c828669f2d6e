import {isAtLeast} from '../../../source/gunicorn/versions.js';
import type {Cause} from '../../../source/diagnosis/verdict.js';
import type {ExitStatus} from '../../../source/observation.js';
import {history, type Setup, type Teller} from '../history.js';

/** The gunicorn of a story, and how long it was watched before anything happened. */
export type Gunicorn = {
  readonly version: string;
  readonly workerClass: string;
  readonly quietSeconds: number;
};

/** One way in which workers end, as it looks in any version: everything that gunicorn does and prints. */
export type Ending = {
  readonly id: string;
  readonly happensIn: (gunicorn: Gunicorn) => boolean;
  readonly tell: (gunicorn: Gunicorn) => Teller;
  /** What really ended each worker, by pid. */
  readonly truth: (gunicorn: Gunicorn) => Readonly<Record<number, Cause>>;
  /** Those that live too short to be seen by every look. */
  readonly mayMiss?: readonly number[];
};

export function since(version: string): (gunicorn: Gunicorn) => boolean {
  return (gunicorn) => isAtLeast(gunicorn.version, version) === true;
}

export function before(version: string): (gunicorn: Gunicorn) => boolean {
  return (gunicorn) => isAtLeast(gunicorn.version, version) === false;
}

export const everywhere = (): boolean => true;
export const isSync = ({workerClass}: Gunicorn): boolean => workerClass === 'sync';

/** Master 812 with its workers, idle for as long as the gunicorn was watched before. */
export function quiet(
  gunicorn: Gunicorn,
  workers: readonly number[] = [9101, 9102, 9103],
  more: Partial<Setup> = {},
): Teller {
  const {version, workerClass, quietSeconds} = gunicorn;
  const settings = {timeoutSeconds: 10, gracefulTimeoutSeconds: 10, maxRequests: 0, reload: false};
  return history({version, workerClass, ...settings, ...more, workers}).wait(quietSeconds);
}

/** A worker that is forked now: it says so, and serves one second later. */
export function replaced(teller: Teller, pid: number): Teller {
  return booting(teller.wait(0.002), pid).wait(1).boots(pid);
}

export function booting(teller: Teller, pid: number): Teller {
  return teller.born(pid).wait(0.004).log(`[${pid}] [INFO] Booting worker with pid: ${pid}`);
}

/** "Worker exiting", and a moment later it is gone. */
export function leaves(teller: Teller, gunicorn: Gunicorn, pid: number, exit: string | number = 0): Teller {
  return ends(teller.log(`[${pid}] [INFO] Worker exiting (pid: ${pid})`).wait(0.02), gunicorn, pid, exit);
}

/** The process ends, and the master prints what its version prints of that. */
export function ends(teller: Teller, gunicorn: Gunicorn, pid: number, exit: ExitStatus | string | number): Teller {
  return teller
    .dies(pid, exit)
    .wait(0.001)
    .log(...linesOf(gunicorn.version, pid, exit));
}

const signalNumbers: Readonly<Record<string, number>> = {
  ...{SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGBUS: 7, SIGKILL: 9, SIGUSR2: 12, SIGSEGV: 11},
  ...{SIGALRM: 14, SIGTERM: 15},
};

/** What the master prints of an end (arbiter.py, reap_workers): nothing up to 20.0, of signals in 20.1, of both since. */
export function linesOf(version: string, pid: number, exit: ExitStatus | string | number): readonly string[] {
  if (isAtLeast(version, '20.1') === false) return [];
  const isOld = isAtLeast(version, '21.0') === false;
  const code = typeof exit === 'number' ? exit : undefined;
  if (code !== undefined) {
    if (code === 0 || isOld) return [];
    const line = `[812] [ERROR] Worker (pid:${pid}) exited with code ${code}`;
    if (isAtLeast(version, '24.0')) return [`${line}.`];
    return code === 3 || code === 4 ? [line] : [line, `${line}.`];
  }
  const signal =
    typeof exit === 'string' ? exit : 'signal' in (exit as object) ? (exit as {signal: string}).signal : '';
  const number = signalNumbers[signal];
  if (isOld) return [`[812] [WARNING] Worker with pid ${pid} was terminated due to signal ${number}`];
  const level =
    isAtLeast(version, '24.0') === false || signal === 'SIGKILL' ? 'ERROR' : signal === 'SIGTERM' ? 'INFO' : 'WARNING';
  const hint = signal === 'SIGKILL' ? ' Perhaps out of memory?' : '';
  return [`[812] [${level}] Worker (pid:${pid}) was sent ${signal}!${hint}`];
}
