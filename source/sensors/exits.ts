/**
 * The true wait status of every worker, without being its parent, by a pidfd that is opened while the worker lives.
 *
 * From Linux 6.15 on it is asked after the worker's end. The status stays readable for as long as the descriptor is
 * held, so nothing has to be quick. Before that it stands in `/proc/<pid>/stat` between the death and the reap, a tenth
 * of a millisecond as a rule: the death wakes us, and the race for it is won half the time.
 *
 * A worker that lived and died between two samples was never held, and is not told.
 */
import {exitStatusOf} from '../gunicorn/wait-status.js';
import type {ExitStatus, ProcessId, Reading} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {openDeathWatch, type DeathWatch} from './death-watch.js';
import {loadPidfds} from './pidfd.js';
import type {Pidfds} from './pidfd.js';
import type {ProcessFiles} from './process-files.js';
import {stateOf} from './source-states.js';

/** A living worker, and the file that shows its status until it is reaped. */
type Holdable = {readonly id: ProcessId; readonly files: Pick<ProcessFiles, 'stat'>};

export type Exits = {
  readonly state: () => SourceState;
  /** Opens the descriptor of a living worker; the second call for the same one does nothing. */
  readonly hold: (worker: Holdable) => void;
  /** How a held worker ended; undefined when it was not held, or is not reaped yet, or was reaped before we looked. */
  readonly statusOf: (id: ProcessId) => ExitStatus | undefined;
  readonly release: (id: ProcessId) => void;
  readonly closeAll: () => void;
};

/** What is done with a pidfd while it is held. */
type Way = {
  readonly state: () => SourceState;
  readonly begin: (pidfd: number, worker: Holdable) => void;
  readonly statusOf: (pidfd: number) => ExitStatus | undefined;
  readonly end: (pidfd: number) => void;
  readonly close: () => void;
};

const id = 'exits';

const unlock = 'run gunspect as root, or as the user of the workers';

export type ExitOptions = {
  readonly loaded?: Reading<Pidfds>;
  /** Whether a death is worth a race, because no other source tells its status. */
  readonly mayRace?: boolean;
  readonly openWatch?: () => Reading<DeathWatch>;
};

/** Never fails: what stands in the way is in `state`, and then nothing is told. */
export function openExits(options: ExitOptions = {}): Exits {
  const {loaded = loadPidfds(), mayRace = true, openWatch = openDeathWatch} = options;
  if (loaded.kind !== 'ok') return silent(stateOf(id, loaded));

  const pidfds = loaded.value;
  const {whyMute} = pidfds;
  if (whyMute !== undefined && !mayRace) return silent({id, state: 'unsupported', why: whyMute});

  const way = whyMute === undefined ? asked(pidfds) : glimpsed(whyMute, openWatch);
  const held = new Map<number, {readonly startTicks: number; readonly descriptor: number}>();
  const find = (worker: ProcessId) => {
    const entry = held.get(worker.pid);
    return entry?.startTicks === worker.startTicks ? entry : undefined;
  };
  const drop = (pid: number) => {
    const entry = held.get(pid);
    if (entry) {
      way.end(entry.descriptor);
      pidfds.close(entry.descriptor);
    }
    held.delete(pid);
  };
  return {
    state: way.state,
    hold: (worker) => {
      const {pid, startTicks} = worker.id;
      if (find(worker.id)) return;
      drop(pid);
      const opened = pidfds.open(pid);
      if (opened.kind !== 'ok') return;
      held.set(pid, {startTicks, descriptor: opened.value});
      way.begin(opened.value, worker);
    },
    statusOf: (worker) => {
      const entry = find(worker);
      return entry && way.statusOf(entry.descriptor);
    },
    release: (worker) => {
      if (find(worker)) drop(worker.pid);
    },
    closeAll: () => {
      for (const pid of [...held.keys()]) drop(pid);
      way.close();
    },
  };
}

/** The kernel is asked after the end. */
function asked(pidfds: Pidfds): Way {
  return {
    state: () => ({id, state: 'ok'}),
    begin: () => undefined,
    statusOf: (pidfd) => {
      const status = pidfds.waitStatus(pidfd);
      return status.kind === 'ok' && status.value !== undefined ? exitStatusOf(status.value) : undefined;
    },
    end: () => undefined,
    close: () => undefined,
  };
}

/** The stat file is read as soon as a death is told: of those whom we may look into, for to others it shows a 0. */
function glimpsed(whyMute: string, openWatch: () => Reading<DeathWatch>): Way {
  const seen = new Map<number, ExitStatus>();
  let watch: Reading<DeathWatch> | undefined;
  let isClosed = false;
  let isOpen = false;
  return {
    state: () => {
      if (watch !== undefined && watch.kind !== 'ok') return stateOf(id, watch);
      if (isOpen) return {id, state: 'partly', why: `${whyMute}; before the reap it is seen about every second time`};
      return isClosed
        ? {id, state: 'unsupported', why: `${whyMute}, and before the reap to root and the same user only`, unlock}
        : {id, state: 'partly', why: `${whyMute}; no worker was there to look at yet`};
    },
    begin: (pidfd, {files}) => {
      const living = files.stat();
      if (living.kind !== 'ok') return;
      if (living.value.argumentsAt === 0) {
        isClosed = true;
        return;
      }
      isOpen = true;
      watch ??= openWatch();
      if (watch.kind !== 'ok') return;
      watch.value.watch(pidfd, () => {
        const dead = files.stat();
        const isDead = dead.kind === 'ok' && (dead.value.state === 'Z' || dead.value.state === 'X');
        const exit = isDead ? exitStatusOf(dead.value.exitCode) : undefined;
        if (exit) seen.set(pidfd, exit);
      });
    },
    statusOf: (pidfd) => seen.get(pidfd),
    end: (pidfd) => {
      seen.delete(pidfd);
      if (watch?.kind === 'ok') watch.value.unwatch(pidfd);
    },
    close: () => {
      if (watch?.kind === 'ok') watch.value.close();
      watch = undefined;
    },
  };
}

function silent(state: SourceState): Exits {
  return {
    state: () => state,
    hold: () => undefined,
    statusOf: () => undefined,
    release: () => undefined,
    closeAll: () => undefined,
  };
}
