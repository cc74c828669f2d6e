/** Faults that are told once: of one cause, in one path, waiting for the same, or a boot that failed for the same reason. */
import {pathOf} from '../ledger/paths.js';
import type {Restart} from './restart.js';

/** Each with the newest first, and of the kinds that with the newest fault first. */
export type FaultKind = readonly [newest: Restart, ...others: readonly Restart[]];

/** Of restarts in any order that has the newest first. */
export function faultKinds(restarts: readonly Restart[]): readonly FaultKind[] {
  const kinds = new Map<string, FaultKind>();
  for (const restart of restarts.filter(({expected}) => expected !== true)) {
    const kind = kinds.get(keyOf(restart));
    kinds.set(keyOf(restart), kind === undefined ? [restart] : [...kind, restart]);
  }
  return [...kinds.values()];
}

function keyOf({cause, variant, during, branch, request, blockedOn, summary}: Restart): string {
  const path = request?.path === undefined ? undefined : pathOf({...request, path: request.path});
  return JSON.stringify([cause, variant, during, path, blockedOn, branch === 'boot' && summary]);
}
