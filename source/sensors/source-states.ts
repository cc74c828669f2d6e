/** Puts into words how each source of evidence stands, and what would unlock it. */
import {sourceIds, type SourceId, type SourceState} from '../source-state.js';
import type {ActivityReader} from './activity.js';
import type {Heartbeats} from './heartbeats.js';
import {unlockOf, type NoReading} from './reading.js';

/** The sources of a sampler. Memory is read in a thread of its own, beside it. */
export const sampledSourceIds = sourceIds.filter((id) => id !== 'peek');

export function offState(id: SourceId): SourceState {
  return {id, state: 'off', why: 'turned off with --without'};
}

/** The state of a source that gave no reading. */
export function stateOf(id: SourceId, reading: NoReading): SourceState {
  switch (reading.kind) {
    case 'gone':
      return {id, state: 'failed', why: 'the process is gone'};
    case 'denied': {
      const unlock = unlockOf(reading);
      return {id, state: 'denied', why: `closed to us by ${reading.by}`, ...(unlock !== undefined && {unlock})};
    }
    case 'unsupported':
    case 'failed':
      return {id, state: reading.kind, why: reading.why};
  }
}

/** Of a source that is read from workers, as long as there was none. */
const nobodyYet = {state: 'partly', why: 'no worker was there to look at yet'} as const;

/** `workers` are those that serve requests and whose files were looked for long enough. */
export function heartbeatState(heartbeats: Heartbeats, workers: readonly number[]): SourceState {
  const refusal = heartbeats.refusal();
  if (refusal !== undefined && refusal.kind !== 'gone') return stateOf('heartbeat', refusal);

  if (workers.length === 0) return {id: 'heartbeat', ...nobodyYet};

  const found = workers.filter((pid) => heartbeats.owns(pid) === true).length;
  if (found === workers.length) return {id: 'heartbeat', state: 'ok'};

  return found === 0
    ? {id: 'heartbeat', state: 'failed', why: 'no worker holds a heartbeat file'}
    : {
        id: 'heartbeat',
        state: 'partly',
        why: `only ${found} of ${workers.length} workers could be matched with their heartbeat file`,
      };
}

export function activityState(activity: ActivityReader): SourceState {
  const means = activity.means();
  switch (means) {
    case undefined:
      return {id: 'activity', ...nobodyYet};
    case 'syscall':
      return {id: 'activity', state: 'ok'};
    case 'wchan': {
      const refusal = activity.refusal();
      const by = refusal?.kind === 'denied' ? `; the system call is closed to us by ${refusal.by}` : '';
      return {
        id: 'activity',
        state: 'partly',
        why: `only the kernel function a worker sleeps in is readable, so whom it waits for is often not told${by}`,
        unlock: (refusal?.kind === 'denied' && unlockOf(refusal)) || 'run gunspect as root',
      };
    }
    default:
      return stateOf('activity', means);
  }
}
