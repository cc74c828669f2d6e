/** The state of a living worker in one word, from its newest glimpse. */
import {phaseOf} from '../gunicorn/activity.js';
import type {WorkerPhase} from '../gunicorn/activity.js';
import {heartbeatAgeMs} from '../gunicorn/heartbeat.js';
import type {Settings} from '../gunicorn/settings.js';
import {killsHungBoot} from '../gunicorn/versions.js';
import {stuckAfterSeconds, workerClassNamed} from '../gunicorn/worker-classes.js';
import type {Moment, WorkerSample} from '../observation.js';
import {requestRunningAt} from './life-memory.js';
import {usageOf} from './usage.js';
import type {DrainReason, Life} from './life.js';

/** `alive` is the state of a worker of which only its existence is readable. */
export type WorkerState =
  'booting' | 'hung-boot' | 'idle' | 'busy' | 'stuck' | 'draining' | 'stopped' | 'orphan' | 'alive' | 'dead';

export type StateNow = {
  readonly state: WorkerState;
  readonly phase: WorkerPhase;
  readonly heartbeatAgeMs?: number;
};

/** `masterGone` makes it an orphan; `drain` is what it was asked to leave for. */
export function stateOf(
  life: Life,
  settings: Settings,
  now: Moment,
  {masterGone, drain}: {readonly masterGone: boolean; readonly drain: DrainReason | undefined},
): StateNow {
  const glimpse = life.glimpses.at(-1);
  const sample = glimpse?.sample;
  const phase = sample ? phaseNow(life, sample, settings) : unseen;
  const heartbeat = sample?.heartbeat;
  const age = heartbeat && heartbeatAgeMs(heartbeat, now);
  const state = judge(life, settings, phase, age, masterGone, drain);
  return {state, phase, ...(age !== undefined && {heartbeatAgeMs: age})};
}

const unseen: WorkerPhase = {phase: 'unknown', why: 'not sampled yet'};

function phaseNow(life: Life, sample: WorkerSample, settings: Settings): WorkerPhase {
  const workerClass = workerClassNamed(settings.workerClass?.value, settings.threads?.value);
  const usage = usageOf(life.glimpses);
  const at = life.glimpses.at(-1)?.at;
  const requestRunning = at && requestRunningAt(life.memory, at);
  return phaseOf(sample, {
    ...(workerClass && {workerClass}),
    ...(usage && {usage}),
    ...(requestRunning !== undefined && {requestRunning}),
  });
}

function judge(
  life: Life,
  settings: Settings,
  phase: WorkerPhase,
  ageMs: number | undefined,
  masterGone: boolean,
  drain: DrainReason | undefined,
): WorkerState {
  if (masterGone) return 'orphan';
  if (phase.phase === 'stopped') return 'stopped';
  const timeoutSeconds = settings.timeoutSeconds?.value;
  if (life.booted === false) return isHungBoot(life, settings, timeoutSeconds) ? 'hung-boot' : 'booting';
  const workerClass = workerClassNamed(settings.workerClass?.value, settings.threads?.value);
  const stuckAfter = timeoutSeconds === undefined ? undefined : stuckAfterSeconds(workerClass, timeoutSeconds);
  if (stuckAfter !== undefined && ageMs !== undefined && ageMs > stuckAfter * 1000) return 'stuck';
  if (drain) return 'draining';
  if (phase.phase === 'idle') return 'idle';
  if (phase.phase === 'busy' || phase.phase === 'reading-request') return 'busy';
  return 'alive';
}

/** Booting for longer than `timeout` where gunicorn (22.0 and newer) will never kill it for that. */
function isHungBoot(life: Life, settings: Settings, timeoutSeconds: number | undefined): boolean {
  if (!timeoutSeconds || killsHungBoot(settings.version?.value) !== false) return false;
  return life.lastSeen.wallMs - life.startedMs > timeoutSeconds * 1000;
}
