/**
 * Starts the thread that reads memory. To begin one takes longer than to find a master, so it may be begun before it is
 * known whose memory it will read: until it is told its task it waits.
 */
import {Worker} from 'node:worker_threads';
import type {ThreadTask} from './thread-messages.js';

/** Small: what it keeps of one worker fits in a page. A limit that is reached ends the thread, and not the program. */
const limits = {maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 2};

let spare: Worker | undefined;

function begin(): Worker {
  const code = process.env['GUNSPECT_PEEK_THREAD'];
  const worker =
    code === undefined
      ? // Run from source, the thread has to be taught TypeScript.
        new Worker(new URL('thread-entry.ts', import.meta.url), {
          resourceLimits: limits,
          execArgv: ['--import', 'tsx'],
        })
      : new Worker(code, {resourceLimits: limits, eval: true});
  worker.unref();
  return worker;
}

/** Begins a thread for the next task. */
export function beginSpareThread(): void {
  if (spare !== undefined) return;
  const worker = begin();
  // One that fails before its task is none; the next one will say why.
  worker.once('error', () => {
    if (spare === worker) spare = undefined;
  });
  spare = worker;
}

/** Ends the thread that was begun and found no task. */
export function dropSpareThread(): void {
  void spare?.terminate();
  spare = undefined;
}

/** A thread that does this task: the one that was begun already, or another one. */
export function startThread(task: ThreadTask): Worker {
  const worker = spare ?? begin();
  spare = undefined;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window and has no origin
  worker.postMessage(task);
  return worker;
}
