/** What the kernel told of one life and of its master, and for how long it had been listened to without a gap. */
import type {SignalSent} from '../observation.js';
import type {KernelCover, MasterRecord} from './ledger.js';
import type {KernelFact, Life, LifeEnd} from './life.js';

export type KernelAround = {
  /** Signals that the worker was sent, oldest first. */
  readonly signals: readonly SignalSent[];
  /** Signals that its master was sent, oldest first. */
  readonly masterSignals: readonly SignalSent[];
  readonly victim?: Extract<KernelFact, {readonly kind: 'memory-victim'}>;
  readonly fault?: Extract<KernelFact, {readonly kind: 'fault'}>;
  /** For how long before the death every signal was told: for ever, when that is longer than the life. */
  readonly signalsForMs?: number;
  /** The same for the kernel log. */
  readonly logForMs?: number;
};

export function kernelAround(
  cover: KernelCover,
  life: Life & {readonly end: LifeEnd},
  master: MasterRecord | undefined,
): KernelAround {
  const facts = life.kernel ?? [];
  // The kernel's log tells more of it than its trace.
  const victims = facts.filter((fact) => fact.kind === 'memory-victim');
  const victim = victims.find(({scope}) => scope !== undefined) ?? victims[0];
  const fault = facts.findLast((fact) => fact.kind === 'fault');
  const signalsForMs = coveredMs(cover.signals, life);
  const logForMs = coveredMs(cover['kernel-log'], life);
  return {
    signals: facts.filter((fact) => fact.kind === 'signal'),
    masterSignals: master?.signals ?? [],
    ...(victim && {victim}),
    ...(fault && {fault}),
    ...(signalsForMs !== undefined && {signalsForMs}),
    ...(logForMs !== undefined && {logForMs}),
  };
}

function coveredMs(since: KernelCover['signals'], life: Life & {readonly end: LifeEnd}): number | undefined {
  if (since === undefined) return undefined;
  if (life.isBornLater && since.monotonicMs <= life.firstSeen.monotonicMs) return Infinity;
  const forMs = life.lastSeen.monotonicMs - since.monotonicMs;
  return forMs < 0 ? undefined : forMs;
}
