/** What kind of timeout it was, when that is known: what the worker was stuck in decides what to do about it. */
import type {Circumstances} from '../ledger/circumstances.js';
import type {LastDoing} from './last-doing.js';
import type {TimeoutVariant} from './verdict.js';

export type Variant = {
  readonly variant?: TimeoutVariant;
  /** For a drain that overran: what it was draining for. */
  readonly during?: 'reload' | 'max-requests' | 'scale-down';
};

export function timeoutVariant(c: Circumstances, last: LastDoing): Variant {
  const states = c.life.glimpses.slice(-8).map(({sample}) => sample.processState);
  if (states.length > 0 && states.every((state) => state === 'T' || state === 't')) return {variant: 'stopped'};
  if (last.verdict === 'stopped') return {variant: 'stopped'};
  if (c.drain) return {variant: 'draining', ...(c.drain !== 'shutdown' && {during: c.drain})};
  if (states.length > 0 && states.every((state) => state === 'D')) return {variant: 'disk'};
  if (last.verdict === 'reading-request') return {variant: 'silent-client'};
  if (!c.workerClass) return {};
  if (!c.workerClass.silentInLongRequest) return {variant: 'loop-blocked'};
  return last.verdict === 'request' ? {variant: 'long-request'} : {};
}
