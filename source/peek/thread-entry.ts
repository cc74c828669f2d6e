/** The beginning of the thread of its own. */
import {parentPort, workerData} from 'node:worker_threads';
import {openPeekReader} from './peek-reader.js';
import {readMemory} from './thread-loop.js';
import {progressOn, type Plan, type ThreadTask} from './thread-messages.js';

const task = workerData as ThreadTask;
let plan: Plan = {workers: [], oneAtATime: false};
let tellPlan = (): void => undefined;
const over = new AbortController();

parentPort?.on('message', (message: Plan | 'end') => {
  if (message === 'end') {
    over.abort();
  } else {
    plan = message;
    tellPlan();
  }
});

void readMemory({
  open: openPeekReader,
  master: {pid: task.masterPid, startTicks: task.masterStartTicks},
  reader: {root: task.root, showQuery: task.showQuery},
  progress: progressOn(task.progress),
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window and has no origin
  post: (message) => parentPort?.postMessage(message),
  plan: () => plan,
  onPlan: (listener) => {
    tellPlan = listener;
  },
  signal: over.signal,
}).finally(() => parentPort?.close());
