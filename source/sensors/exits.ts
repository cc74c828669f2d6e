/**
 * The true wait status of every worker, without being its parent: a pidfd is opened while the worker lives, and asked
 * after its end. The status stays readable for as long as the descriptor is held, so nothing has to be quick.
 *
 * A worker that lived and died between two samples was never held, and is not told.
 */
import {exitStatusOf} from '../gunicorn/wait-status.js';
import type {ExitStatus, ProcessId, Reading} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {loadPidfds} from './pidfd.js';
import type {Pidfds} from './pidfd.js';

export type Exits = {
  readonly state: SourceState;
  /** Opens the descriptor of a living worker; the second call for the same one does nothing. */
  readonly hold: (id: ProcessId) => void;
  /** How a held worker ended; undefined when it was not held, or is not reaped yet. */
  readonly statusOf: (id: ProcessId) => ExitStatus | undefined;
  readonly release: (id: ProcessId) => void;
  readonly closeAll: () => void;
};

/** Never fails: what stands in the way is in `state`, and then nothing is told. */
export function openExits(loaded: Reading<Pidfds> = loadPidfds()): Exits {
  if (loaded.kind !== 'ok') return silent(loaded);
  const pidfds = loaded.value;
  const held = new Map<number, {readonly startTicks: number; readonly descriptor: number}>();
  const find = (id: ProcessId) => {
    const entry = held.get(id.pid);
    return entry?.startTicks === id.startTicks ? entry : undefined;
  };
  const drop = (pid: number) => {
    const entry = held.get(pid);
    if (entry) pidfds.close(entry.descriptor);
    held.delete(pid);
  };
  return {
    state: {id: 'exits', state: 'ok'},
    hold: (id) => {
      if (find(id)) return;
      drop(id.pid);
      const opened = pidfds.open(id.pid);
      if (opened.kind === 'ok') held.set(id.pid, {startTicks: id.startTicks, descriptor: opened.value});
    },
    statusOf: (id) => {
      const entry = find(id);
      const status = entry && pidfds.waitStatus(entry.descriptor);
      return status?.kind === 'ok' && status.value !== undefined ? exitStatusOf(status.value) : undefined;
    },
    release: (id) => {
      if (find(id)) drop(id.pid);
    },
    closeAll: () => {
      for (const pid of held.keys()) drop(pid);
    },
  };
}

function silent(loaded: Exclude<Reading<Pidfds>, {readonly kind: 'ok'}>): Exits {
  const why = loaded.kind === 'denied' ? loaded.by : loaded.kind === 'gone' ? 'the process is gone' : loaded.why;
  return {
    state: {
      id: 'exits',
      state: loaded.kind === 'denied' ? 'denied' : loaded.kind === 'failed' ? 'failed' : 'unsupported',
      why,
    },
    hold: () => undefined,
    statusOf: () => undefined,
    release: () => undefined,
    closeAll: () => undefined,
  };
}
