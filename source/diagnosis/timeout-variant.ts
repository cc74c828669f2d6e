/** What kind of timeout it was, when that is known: what the worker was stuck in decides what to do about it. */
import {stuckAfterSeconds} from '../gunicorn/worker-classes.js';
import type {Circumstances} from '../ledger/circumstances.js';
import type {LastDoing} from './last-doing.js';
import {clockEvidence, diskEvidence, starvation, starvationEvidence} from './machine-evidence.js';
import type {Evidence, TimeoutVariant} from './verdict.js';

export type Variant = {
  readonly variant?: TimeoutVariant;
  /** For a drain that overran: what it was draining for. */
  readonly during?: 'reload' | 'max-requests' | 'scale-down';
  /** What shows it, where that is not in the evidence for the timeout already. */
  readonly evidence?: readonly Evidence[];
};

export function timeoutVariant(c: Circumstances, last: LastDoing): Variant {
  const states = c.life.glimpses.slice(-8).map(({sample}) => sample.processState);
  if (states.length > 0 && states.every((state) => state === 'T' || state === 't')) return {variant: 'stopped'};
  if (last.verdict === 'stopped') return {variant: 'stopped'};
  if (c.drain && !wasStuckBefore(c)) return {variant: 'draining', ...(c.drain !== 'shutdown' && {during: c.drain})};
  const onDisk = diskEvidence(c);
  if (onDisk) return {variant: 'disk', evidence: [onDisk]};
  const clock = clockEvidence(c);
  if (clock) return {variant: 'clock-step', evidence: [clock]};
  const wait = starvation(c);
  if (wait) return {variant: 'cpu-starved', evidence: starvationEvidence(wait)};
  if (last.verdict === 'reading-request') return {variant: 'silent-client'};
  if (!c.workerClass || c.booted !== true) return {};
  if (!c.workerClass.silentInLongRequest) return {variant: 'loop-blocked'};
  return last.verdict === 'request' ? {variant: 'long-request'} : {};
}

/** A worker that hung already when it was asked to leave did not overrun a drain. */
function wasStuckBefore({life, silence, drain, workerClass, timeoutSeconds}: Circumstances): boolean {
  const asked =
    drain === 'max-requests' ? life.log.find(({event}) => event.event === 'autorestarting')?.at : life.order?.fact.at;
  const stuckAfter = timeoutSeconds === undefined ? undefined : stuckAfterSeconds(workerClass?.name, timeoutSeconds);
  if (!asked || !silence || stuckAfter === undefined) return false;
  return asked.wallMs - silence.lastBeatWallMs > stuckAfter * 1000;
}
