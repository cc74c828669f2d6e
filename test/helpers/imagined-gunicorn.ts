/**
 * A gunicorn that exists only in a story: its arbiter forks, replaces, reloads, scales, times out and stops as the real
 * one does, while anything is done to it at any moment. It knows the truth about every worker that ends.
 *
 * A worker that was asked to leave for several reasons before it left may be said to have left for any of them.
 */
import {isAtLeast} from '../../source/gunicorn/versions.js';
import type {Cause} from '../../source/diagnosis/verdict.js';
import type {SpawnReason} from '../../source/observation.js';
import {linesOf} from './endings/ending.js';
import {history, type Story, type Teller} from './history.js';

export type Deed =
  | {readonly kind: 'hup' | 'ttin' | 'ttou' | 'master-term' | 'master-kill'}
  | {readonly kind: 'term' | 'kill' | 'segfault' | 'os-exit' | 'max-requests' | 'work' | 'hang'; readonly whom: number};

/** Something that is done to it, so many seconds after the thing before. */
export type Step = {readonly afterSeconds: number; readonly deed: Deed; readonly chance: number};

export type Imagined = {readonly story: Story; readonly truth: ReadonlyMap<number, ReadonlySet<Cause>>};

type Worker = {
  readonly pid: number;
  readonly reasons: Set<Cause>;
  busyUntil: number;
  isHung: boolean;
  isLeaving: boolean;
  hasSaidSo: boolean;
  isDead: boolean;
  isBooted: boolean;
};

const masterSignals = {
  hup: 'SIGHUP',
  ttin: 'SIGTTIN',
  ttou: 'SIGTTOU',
  'master-term': 'SIGTERM',
  'master-kill': 'SIGKILL',
} as const;

const timeoutSeconds = 6;
const gracefulSeconds = 6;

/** Plays the steps in their order, and what follows from them between, until eight seconds after the last. */
export function imagine(version: string, count: number, steps: readonly Step[]): Imagined {
  let now = 0;
  let nextPid = 9101 + count;
  let wanted = count;
  let isStopping = false;
  let isMasterDead = false;
  let blockedUntil = 0;
  let queue: ReadonlyArray<{readonly at: number; readonly run: () => void}> = [];
  const settings = {timeoutSeconds, gracefulTimeoutSeconds: gracefulSeconds, maxRequests: 100, reload: false};
  const pids = Array.from({length: count}, (_, index) => 9101 + index);
  const teller: Teller = history({version, workerClass: 'sync', ...settings, workers: pids});
  const workers: Worker[] = pids.map((pid) => newWorker(pid, true));

  function newWorker(pid: number, isBooted: boolean): Worker {
    return {
      pid,
      reasons: new Set(),
      busyUntil: 0,
      isHung: false,
      isLeaving: false,
      hasSaidSo: false,
      isDead: false,
      isBooted,
    };
  }
  const alive = (): Worker[] => workers.filter((worker) => !worker.isDead);
  const later = (seconds: number, run: () => void): void => {
    queue = [...queue, {at: now + seconds, run}].toSorted((one, other) => one.at - other.at);
  };
  const say = (pid: number, level: string, text: string): void => void teller.log(`[${pid}] [${level}] ${text}`);

  function fork(why: SpawnReason): void {
    const worker = newWorker(nextPid++, false);
    workers.push(worker);
    teller.born(worker.pid, 'worker', why);
    later(0.004, () => worker.isDead || say(worker.pid, 'INFO', `Booting worker with pid: ${worker.pid}`));
    later(0.4, () => {
      if (worker.isDead) return;
      worker.isBooted = true;
      teller.boots(worker.pid);
      if (worker.isLeaving) leave(worker);
    });
  }

  /** arbiter.py manage_workers; since 24.0 a reload keeps the arbiter from it until the old workers are gone. */
  function manage(why: SpawnReason = 'replacement'): void {
    if (isStopping || isMasterDead || now < blockedUntil) return;
    for (let missing = wanted - alive().length; missing > 0; missing--) fork(why);
    for (const worker of alive().slice(0, Math.max(0, alive().length - wanted))) tell(worker, 'scale-down', 'master');
  }

  function die(worker: Worker, exit: number | string, reason?: Cause): void {
    if (worker.isDead) return;
    if (reason) worker.reasons.add(reason);
    worker.isDead = true;
    teller.dies(worker.pid, exit);
    if (isMasterDead) return;
    later(0.001, () => {
      if (!isMasterDead) teller.log(...linesOf(version, worker.pid, exit));
      later(0.001, manage);
    });
  }

  function leave(worker: Worker): void {
    if (worker.isDead || worker.isHung || !worker.isBooted) return;
    if (worker.busyUntil > now) return later(worker.busyUntil - now, () => leave(worker));
    worker.hasSaidSo = true;
    say(worker.pid, 'INFO', `Worker exiting (pid: ${worker.pid})`);
    later(0.015, () => die(worker, 0));
  }

  /** By SIGTERM. */
  function tell(worker: Worker, reason: Cause, by: 'master' | 'outside'): void {
    teller.signal(worker.pid, 'SIGTERM', by);
    askToLeave(worker, reason);
  }

  function askToLeave(worker: Worker, reason: Cause): void {
    worker.reasons.add(reason);
    if (worker.isLeaving) return;
    worker.isLeaving = true;
    later(0.005, () => leave(worker));
  }

  /** The heartbeat falls silent: the arbiter's SIGABRT ends it, unless the master is stopping and only waits. */
  function hang(worker: Worker): void {
    worker.isHung = true;
    teller.works(worker.pid);
    later(timeoutSeconds + 0.5, () => {
      if (worker.isDead || isMasterDead || isStopping || now < blockedUntil) return;
      say(812, 'CRITICAL', `WORKER TIMEOUT (pid:${worker.pid})`);
      worker.reasons.clear();
      teller.signal(worker.pid, 'SIGABRT', 'master');
      later(0.02, () => worker.isDead || say(worker.pid, 'INFO', `Worker exiting (pid: ${worker.pid})`));
      later(0.04, () => die(worker, isAtLeast(version, '22.0') ? 0 : 1, 'timeout'));
    });
  }

  function reload(): void {
    say(812, 'INFO', 'Hang up: Master');
    const old = alive();
    wanted = count;
    for (let index = 0; index < count; index++) fork('reload');
    for (const worker of old) tell(worker, 'reload', 'master');
    if (!isAtLeast(version, '24.0')) return;
    blockedUntil = now + gracefulSeconds;
    const unblock = (): void => {
      if (now < blockedUntil && old.some((worker) => !worker.isDead)) return later(0.1, unblock);
      blockedUntil = 0;
      manage();
    };
    later(0.1, unblock);
  }

  function stop(): void {
    isStopping = true;
    const deadline = now + gracefulSeconds;
    for (const worker of alive()) tell(worker, 'shutdown', 'master');
    const wait = (): void => {
      if (isMasterDead) return;
      if (alive().length > 0 && now < deadline) return later(0.1, wait);
      for (const worker of alive()) {
        teller.signal(worker.pid, 'SIGKILL', 'master');
        die(worker, 'SIGKILL', 'shutdown');
      }
      say(812, 'INFO', 'Shutting down: Master');
      later(0.02, loseMaster);
    };
    later(0.1, wait);
  }

  function loseMaster(): void {
    if (isMasterDead) return;
    isMasterDead = true;
    teller.masterDies();
    for (const [index, worker] of alive().entries())
      later(0.5 + index * 0.7, () => {
        if (worker.isDead || worker.isHung || worker.isLeaving) return;
        // It has left its loop, and handles no request that could end it in another way.
        worker.hasSaidSo = true;
        say(worker.pid, 'INFO', `Parent changed, shutting down: <Worker ${worker.pid}>`);
        askToLeave(worker, 'master-lost');
      });
  }

  /** The signal is there at once, also where the master handles it later. */
  function sendToMaster(kind: keyof typeof masterSignals): void {
    if (!isMasterDead) teller.signal(812, masterSignals[kind], 'outside');
    toMaster(kind);
  }

  function toMaster(kind: 'hup' | 'ttin' | 'ttou' | 'master-term' | 'master-kill'): void {
    if (isStopping || isMasterDead) return;
    if (now < blockedUntil && kind !== 'master-kill') return later(blockedUntil - now, () => toMaster(kind));
    if (kind === 'master-kill') return loseMaster();
    say(812, 'INFO', `Handling signal: ${kind === 'master-term' ? 'term' : kind}`);
    if (kind === 'hup') return reload();
    if (kind === 'master-term') return stop();
    wanted = kind === 'ttin' ? wanted + 1 : Math.max(1, wanted - 1);
    manage(kind === 'ttin' ? 'scale-up' : 'replacement');
  }

  function toWorker(kind: Exclude<Deed['kind'], Parameters<typeof toMaster>[0]>, whom: number, chance: number): void {
    const candidates = alive().filter((worker) => worker.isBooted && !worker.isHung && !worker.hasSaidSo);
    const worker = candidates[whom % Math.max(1, candidates.length)];
    if (!worker) return;
    if (kind === 'kill' || kind === 'segfault') {
      const signal = kind === 'kill' ? 'SIGKILL' : 'SIGSEGV';
      teller.signal(worker.pid, signal, kind === 'kill' ? 'outside' : 'kernel');
      return die(worker, signal, only(worker, kind === 'kill' ? 'killed' : 'crash'));
    }
    if (kind === 'os-exit') return die(worker, Math.floor(chance * 3) * 7, only(worker, 'app-exit'));
    if (kind === 'term') return tell(worker, 'signalled', 'outside');
    if (kind === 'hang') return hang(worker);
    worker.busyUntil = now + chance * 4;
    teller.works(worker.pid);
    later(chance * 4, () => worker.isDead || worker.isHung || teller.rests(worker.pid));
    if (kind !== 'max-requests' || worker.isLeaving) return;
    teller.counts(worker.pid, settings.maxRequests);
    say(worker.pid, 'INFO', 'Autorestarting worker after current request.');
    askToLeave(worker, 'max-requests');
  }

  /** What ends a worker at once is the only reason for its end, whatever it was asked before. */
  function only(worker: Worker, reason: Cause): Cause {
    worker.reasons.clear();
    return reason;
  }

  function runUntil(seconds: number): void {
    for (let next = queue[0]; next && next.at <= seconds; next = queue[0]) {
      queue = queue.slice(1);
      teller.wait(next.at - now);
      now = next.at;
      next.run();
    }
    teller.wait(seconds - now);
    now = seconds;
  }

  for (const {afterSeconds, deed, chance} of steps) {
    runUntil(now + afterSeconds);
    if ('whom' in deed) toWorker(deed.kind, deed.whom, chance);
    else sendToMaster(deed.kind);
  }
  runUntil(now + 8);
  return {
    story: teller.story(),
    truth: new Map(workers.filter(({isDead}) => isDead).map(({pid, reasons}) => [pid, reasons])),
  };
}
