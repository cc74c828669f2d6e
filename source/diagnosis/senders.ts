/**
 * Who sent the signal that ended a worker, or that told its master to stop: facts for the rules, where the kernel's
 * trace is readable. That nobody sent one counts only where it was read without a gap for long enough.
 */
import type {Circumstances} from '../ledger/circumstances.js';
import type {SignalSent} from '../observation.js';
import type {Direction} from './facts.js';
import {exitCode, exitSignal} from './facts.js';
import {killedAfterTimeoutLineMs, stopPrintedWithinMs} from './thresholds.js';
import type {Evidence} from './verdict.js';

/** Signals that end a worker in order (workers/base.py init_signals). */
export const stopSignals: readonly string[] = ['SIGTERM', 'SIGINT', 'SIGQUIT'];

/** Programs that kill for want of memory before the kernel does, by the name the kernel has of them. */
const memoryDaemons: ReadonlySet<string | undefined> = new Set([
  'earlyoom',
  'systemd-oomd',
  'oomd',
  'nohang',
  'nohang-desktop',
  'bustd',
  'psi-monitor',
]);

export type Origin = 'master' | 'itself' | 'kernel' | 'memory-daemon' | 'outside';

export function originOf({life, master}: Circumstances, {sender}: SignalSent): Origin {
  if (sender.isKernel) return 'kernel';
  if (sender.pid === master.id.pid) return 'master';
  if (sender.pid === life.id.pid) return 'itself';
  return memoryDaemons.has(sender.name) && (sender.user ?? 'root') === 'root' ? 'memory-daemon' : 'outside';
}

/** "SIGKILL sent by bash 3293 (user deploy)". */
export function signalText(c: Circumstances, sent: SignalSent): string {
  const {signal, sender, pid} = sent;
  const whom = pid === c.master.id.pid ? ` to master ${pid}` : '';
  switch (originOf(c, sent)) {
    case 'kernel':
      return kernelText(signal, whom);
    case 'master':
      return pid === c.master.id.pid
        ? `${signal} sent by master ${pid} to itself`
        : `${signal} sent by its master ${sender.pid}`;
    case 'itself':
      return `${signal} sent by the worker to itself`;
    case 'memory-daemon':
    case 'outside':
      return `${signal} sent${whom} by ${senderName(sent)}`;
  }
}

function kernelText(signal: string, whom: string): string {
  if (['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTSTP'].includes(signal))
    return `${signal} sent${whom} by the kernel, as for a key of its terminal or its hang-up`;
  return faults.has(signal)
    ? `${signal} raised by the kernel for what it did`
    : `${signal} sent${whom} by the kernel itself`;
}

/** Signals that the kernel raises for an instruction of the process itself. */
const faults: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']);

/** "bash 3293 (user deploy)". */
export function senderName({sender}: SignalSent): string {
  const user = sender.user === undefined ? '' : ` (user ${sender.user})`;
  return `${sender.name ?? 'process'} ${sender.pid}${user}`;
}

export function signalEvidence(c: Circumstances, sent: SignalSent, direction: Direction): Evidence {
  return {source: 'signals', fact: signalText(c, sent), atMs: sent.at.wallMs, ...direction};
}

/** The newest of these signals that the worker was sent, by one of these. */
export function sentTo(
  c: Circumstances,
  signals: readonly string[],
  origins: readonly Origin[],
): SignalSent | undefined {
  return c.kernel.signals.findLast((sent) => signals.includes(sent.signal) && origins.includes(originOf(c, sent)));
}

/** Nobody of these sent any of these signals to the worker in so long before its end: `what` in words. */
export function nobodySent(
  c: Circumstances,
  what: string,
  {signals, origins, withinMs}: {signals: readonly string[]; origins: readonly Origin[]; withinMs: number},
  direction: Direction,
): Evidence | undefined {
  if ((c.kernel.signalsForMs ?? -1) < withinMs || sentTo(c, signals, origins)) return undefined;
  return {source: 'signals', fact: `the kernel's trace, read without a gap, has no ${what}`, ...direction};
}

/** SIGABRT by its master is how a timeout begins, and nothing else (arbiter.py murder_workers). */
export function abortedByMaster(c: Circumstances, direction: Direction): Evidence | undefined {
  const sent = sentTo(c, ['SIGABRT'], ['master']);
  if (!sent) return undefined;
  const diedSoon = c.end.at.monotonicMs - sent.at.monotonicMs <= killedAfterTimeoutLineMs;
  const wasSilent = c.silence !== undefined && c.silence.lastBeatWallMs <= sent.at.wallMs;
  return diedSoon || wasSilent ? signalEvidence(c, sent, direction) : undefined;
}

/** The signal from outside that the worker's end answers to: its status is that signal, or what its handler leaves with. */
export function outsideSignal(c: Circumstances): SignalSent | undefined {
  const status = exitSignal(c);
  const origins: readonly Origin[] = ['outside', 'memory-daemon'];
  if (status !== undefined) return sentTo(c, [status], origins);
  const code = exitCode(c);
  if (code !== undefined && code > 1) return undefined;
  return sentTo(c, code === 1 ? ['SIGABRT'] : stopSignals, origins);
}

/** The same as evidence. */
export function sentFromOutside(c: Circumstances, direction: Direction): Evidence | undefined {
  const sent = outsideSignal(c);
  return sent && signalEvidence(c, sent, direction);
}

/** Neither its master nor anybody else told the worker to stop. */
export function notToldToStop(c: Circumstances, direction: Direction): Evidence | undefined {
  return nobodySent(
    c,
    'signal that told it to stop',
    {
      signals: [...stopSignals, 'SIGKILL'],
      origins: ['master', 'outside', 'kernel', 'memory-daemon', 'itself'],
      withinMs: c.longestDrainMs,
    },
    direction,
  );
}

/** The first of these signals that its master was sent in the time in which it can have made this worker leave. */
export function masterWasSent(c: Circumstances, signals: readonly string[]): SignalSent | undefined {
  const endMs = c.end.at.monotonicMs;
  return c.kernel.masterSignals.find(
    ({signal, at}) =>
      signals.includes(signal) &&
      at.monotonicMs <= endMs + stopPrintedWithinMs &&
      endMs - at.monotonicMs <= c.longestDrainMs,
  );
}

/** Who told the master so, as evidence. */
export function masterWasTold(
  c: Circumstances,
  signals: readonly string[],
  direction: Direction,
): Evidence | undefined {
  const sent = masterWasSent(c, signals);
  return sent && signalEvidence(c, sent, direction);
}
