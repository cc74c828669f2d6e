/** The harm of one end: requests that were in flight, how long a worker was missing, and connections that were dropped. */
import type {Circumstances} from '../ledger/circumstances.js';
import type {Ledger} from '../ledger/ledger.js';
import type {Life} from '../ledger/life.js';
import type {Pulse} from '../ledger/pulse.js';
import {deathMs, findReplacement} from './replacement.js';

export type Lost = {
  /** Requests it had begun and did not answer. */
  readonly inFlight?: number;
  /** How long there was one worker fewer. */
  readonly secondsBelowTarget?: number;
  /**
   * Connections that the kernel dropped at the target's listeners from when this worker fell silent, or ended, until its
   * replacement served. Those of several ends at once count for each of them. Absent where others may have had a part.
   */
  readonly drops?: number;
};

type Known = {readonly inFlight: number; readonly heartbeatAtMs?: number};

export function lostBy(ledger: Ledger, c: Circumstances, {inFlight, heartbeatAtMs}: Known): Lost {
  const atMs = deathMs(ledger, c);
  const servesAtMs = c.life.replacedBy && servingSince(ledger, c.life);
  const gapMs = servesAtMs === undefined ? 0 : servesAtMs - atMs;
  const dropped = drops(ledger.pulses, Math.min(heartbeatAtMs ?? atMs, atMs), servesAtMs ?? atMs);
  return {
    ...(inFlight > 0 && {inFlight}),
    ...(gapMs > 0 && {secondsBelowTarget: gapMs / 1000}),
    ...(dropped !== undefined && {drops: dropped}),
  };
}

/** When the place was filled by a worker that serves: a replacement that did not boot is replaced itself. Wall clock. */
function servingSince(ledger: Ledger, life: Life): number | undefined {
  let next = findReplacement(ledger, life);
  while (next && !next.bootedAt && next.replacedBy) next = findReplacement(ledger, next);
  return next?.bootedAt?.wallMs;
}

function drops(pulses: readonly Pulse[], fromMs: number, untilMs: number): number | undefined {
  const before = pulses.findLast(({at, drops: tally}) => tally && at.wallMs <= fromMs)?.drops;
  const after = pulses.find(({at, drops: tally}) => tally && at.wallMs >= untilMs)?.drops;
  return before?.isOwn && after?.isOwn ? after.total - before.total : undefined;
}
