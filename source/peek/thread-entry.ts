/** The beginning of the thread of its own: its first message is its task, and every other one a plan. */
import {parentPort} from 'node:worker_threads';
import {openPeekReader} from './peek-reader.js';
import {readMemory} from './thread-loop.js';
import {progressOn, type Plan, type ThreadTask} from './thread-messages.js';

function begin(task: ThreadTask): void {
  let plan: Plan = {workers: [], oneAtATime: false};
  let tellPlan = (): void => undefined;
  parentPort?.on('message', (message: Plan) => {
    plan = message;
    tellPlan();
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
    signal: new AbortController().signal,
  }).finally(() => parentPort?.close());
}

parentPort?.once('message', begin);
