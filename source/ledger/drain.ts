/** Why a worker was asked to finish its requests and leave, and how long that may take it. */
import type {Settings} from '../gunicorn/settings.js';
import type {DrainReason, Life} from './life.js';
import {drainMarginMs} from './limits.js';

/** By its own count of requests, or by what its master was told, whichever came first; undefined when by neither. */
export function drainOf(life: Life): DrainReason | undefined {
  // The asgi class may print it again and again.
  const limit = life.log.find(({event}) => event.event === 'autorestarting');
  if (!limit) return life.order?.reason;
  return life.order && life.order.fact.order < limit.order ? life.order.reason : 'max-requests';
}

/**
 * The longest that a worker may take to leave: classes with a drain of their own end it after `graceful_timeout`, and
 * the others when their silence reaches `timeout`. Their defaults are 30 s each (config.py).
 */
export function longestDrainMs({timeoutSeconds, gracefulTimeoutSeconds}: Settings): number {
  const seconds = Math.max(timeoutSeconds?.value || 30, gracefulTimeoutSeconds?.value ?? 30);
  return seconds * 1000 + drainMarginMs;
}
