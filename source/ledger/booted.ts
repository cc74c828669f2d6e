/** Whether a worker had finished booting, also where its heartbeat is not readable. */
import {isAtLeast} from '../gunicorn/versions.js';
import type {Settings} from '../gunicorn/settings.js';
import {said} from './life.js';
import type {Life} from './life.js';
import {drainMarginMs} from './limits.js';

/** True or false as the heartbeat, the log or its age tells; undefined when none of them does. */
export function bootedOf(life: Life, settings: Settings): boolean | undefined {
  if (life.booted === true || life.end?.heartbeat?.notified || failedWhileRunning(life)) return true;
  const survivesHungBoot = isAtLeast(settings.version?.value, '22.0');
  // Since 22.0 a worker is not killed for its silence before it has booted, so one that was had.
  if (survivesHungBoot === true && said(life, 'worker-timeout')) return true;
  // Before, a worker that is older than `timeout` has booted: it would have been killed.
  const limitMs = (settings.timeoutSeconds?.value ?? 0) * 1000;
  const ageMs = life.lastSeen.wallMs - life.startedMs;
  if (survivesHungBoot === false && limitMs > 0 && ageMs > limitMs + drainMarginMs) return life.booted ?? true;
  return life.booted;
}

/** A traceback through the worker's own loop, `run` in gunicorn/workers/, which it enters when it has booted. */
function failedWhileRunning(life: Life): boolean {
  const frames = said(life, 'exception-in-worker')?.event.traceback?.frames ?? [];
  return frames.some((frame) => frame.function === 'run' && frame.file.includes('/gunicorn/workers/'));
}
