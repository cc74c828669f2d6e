/**
 * Why the arbiter forked a worker: its own frames at the outer end of the worker's stack are those it had at the fork.
 *
 * A fork out of `reload` or `handle_ttin` tells by itself. Out of the main loop, `sig` tells: it is not yet set before
 * the loop begins, None in a turn without a signal up to gunicorn 24, and from 25 on the last signal that came.
 */
import type {SpawnReason} from '../observation.js';
import {configOf, countOf, isArbiterFrame} from './arbiter.js';
import type {Heap} from './heap.js';
import {localValue} from './locals.js';
import type {StableFrame} from './thread-stack.js';
import {walk} from './unreadable.js';
import {isNone} from './values.js';

/** `frames` are those of the worker's main thread. Undefined where they do not tell. */
export function spawnReason(heap: Heap, frames: readonly StableFrame[], worker: number): SpawnReason | undefined {
  const arbiters = frames.filter(isArbiterFrame);
  const runs = (name: string): StableFrame | undefined => arbiters.find((frame) => frame.runs.name === name);
  if (runs('spawn_worker') === undefined) return undefined;
  if (runs('reload') !== undefined) return 'reload';
  if (runs('handle_ttin') !== undefined) return 'scale-up';

  const loop = runs('run');
  return loop === undefined ? undefined : walk(() => fromLoop(heap, loop, worker));
}

function fromLoop(heap: Heap, loop: StableFrame, worker: number): SpawnReason | undefined {
  const arbiter = localValue(heap, loop, 'self');
  if (arbiter === undefined || !loop.runs.variables.includes('sig')) return undefined;

  const signal = localValue(heap, loop, 'sig');
  if (signal !== undefined && isNone(heap, signal)) return 'replacement';

  const configured = configOf(heap, arbiter).get('workers');
  if (typeof configured !== 'number') return undefined;
  if (signal === undefined) {
    // Those of the first round are numbered from 1; a later one without a signal was asked for by other means.
    const age = countOf(heap, worker, 'age');
    return age !== undefined && age <= configured ? 'initial' : undefined;
  }

  // `worker add` of the control interface raises the target and leaves no frame of its own.
  const target = countOf(heap, arbiter, '_num_workers');
  return target !== undefined && target <= configured ? 'replacement' : undefined;
}
