/** Whose memory is to be looked at, and how closely: judged from what a sample shows of a worker. */
import {heartbeatAgeMs} from '../gunicorn/heartbeat.js';
import type {Settings} from '../gunicorn/settings.js';
import {stuckAfterSeconds, workerClassNamed} from '../gunicorn/worker-classes.js';
import type {Moment, Sample, WorkerSample} from '../observation.js';
import type {Attention} from '../peek/schedule.js';
import type {Plan} from '../peek/thread-messages.js';

/** The arbiter looks once a second: from here on the abort may come at any time. */
const lastWordsBeforeMs = 2000;

/** The plan for the workers of one sample. `selected` is the worker that somebody looks at: pid@startTicks. */
export function planOf(sample: Sample, settings: Settings, selected?: string): Plan {
  const workerClass = workerClassNamed(settings.workerClass?.value, settings.threads?.value);
  const timeoutSeconds = settings.timeoutSeconds?.value ?? 0;
  const silence = {timeoutSeconds, stuckAfterSeconds: stuckAfterSeconds(workerClass, timeoutSeconds)};
  const oneAtATime = workerClass === 'sync';
  // With one listener a sync worker beats before each request, with several only now and then (sync.py run_for_one).
  const beatsFirst = oneAtATime && settings.bind?.value.length === 1;
  const workers = sample.workers
    .filter(({kind, processState}) => (kind === 'worker' || kind === 'undecided') && !isDead(processState))
    .map((worker) => {
      const attention = attentionOf(worker, sample.at, silence);
      const isSelected = selected === `${worker.id.pid}@${worker.id.startTicks}`;
      const beatWallMs = beatsFirst && attention === 'count' ? worker.heartbeat?.changedWallMs : undefined;
      return {
        id: worker.id,
        attention: isSelected && attention !== 'last-words' ? 'closely' : attention,
        ...(beatWallMs !== undefined && {beatWallMs}),
      } as const;
    });
  return {workers, oneAtATime};
}

/** The same for all workers of a sample. `stuckAfterSeconds` is undefined where no silence counts. */
type Silence = {readonly timeoutSeconds: number; readonly stuckAfterSeconds: number | undefined};

function attentionOf(
  worker: WorkerSample,
  at: Moment,
  {timeoutSeconds, stuckAfterSeconds: stuckAfter}: Silence,
): Attention {
  const silentMs = worker.heartbeat?.notified ? heartbeatAgeMs(worker.heartbeat, at) : 0;
  if (timeoutSeconds > 0 && silentMs > timeoutSeconds * 1000 - lastWordsBeforeMs && silentMs > lastWordsBeforeMs)
    return 'last-words';
  if (stuckAfter !== undefined && silentMs > stuckAfter * 1000) return 'closely';
  return isIdle(worker) ? 'count' : 'look';
}

/** It waits for a connection and holds none. */
function isIdle({processState, activity}: WorkerSample): boolean {
  const isWaiting = activity?.main?.kind === 'accept' && processState !== 'R';
  return isWaiting && (activity.clients === undefined || activity.clients === 0);
}

function isDead(processState: string): boolean {
  return processState === 'Z' || processState === 'X';
}
