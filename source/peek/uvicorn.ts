/**
 * The request counter of uvicorn's workers for gunicorn, whose `nr` stays at 0.
 *
 * It is `server_state.total_requests` of the `Server`, which only a variable of the coroutine `_serve` holds; that one is
 * an argument of the frames of asyncio that run it.
 */
import {attributes} from './attributes.js';
import {countOf} from './arbiter.js';
import {coroutineFrame} from './coroutines.js';
import {localValue} from './locals.js';
import type {Program} from './program.js';
import type {ThreadStack} from './thread-stack.js';
import {walk} from './unreadable.js';

/** Where asyncio.run and Runner.run keep the coroutine they run. */
const holders = ['main', 'coro'];

/** The address of the counter's owner; undefined when the stack of the main thread does not lead to it. */
export function findServerState({heap, stacks}: Program, main: ThreadStack): number | undefined {
  for (const frame of main.stable) {
    for (const name of holders.filter((holder) => frame.runs.variables.includes(holder))) {
      const state = walk(() => {
        const coroutine = localValue(heap, frame, name);
        const serve = coroutine === undefined ? undefined : coroutineFrame(heap, stacks.codes, coroutine);
        const server = serve?.runs.name === '_serve' ? localValue(heap, serve, 'server') : undefined;
        return server === undefined ? undefined : attributes(heap, server, ['server_state']).get('server_state');
      });
      if (state !== undefined) return state;
    }
  }

  return undefined;
}

/** The requests it has answered; undefined when that could not be verified. */
export function totalRequests({heap}: Program, serverState: number): number | undefined {
  const isState = walk(() => heap.typeOf(serverState).name) === 'ServerState';
  return isState ? countOf(heap, serverState, 'total_requests') : undefined;
}
