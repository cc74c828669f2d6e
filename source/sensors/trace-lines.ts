/**
 * Reads lines of the kernel's trace (Documentation/trace/ftrace.rst) for signals and for victims of the OOM killer:
 *
 *     bash-3293    [001] d..1. 12198.799121: signal_generate: sig=9 errno=0 code=0 comm=gunicorn pid=13048 grp=1 res=0
 *
 * Names are the processes' own and may hold anything that fits into 15 bytes, so each line is read from its end.
 */
import {stripControls} from '../gunicorn/redact.js';
import {signalName} from '../gunicorn/wait-status.js';

export type TracedSignal = {
  readonly kind: 'signal';
  readonly monotonicMs: number;
  readonly signal: string;
  /** Of the process, or of the one thread, that it was sent to. */
  readonly target: number;
  readonly sender: {readonly pid: number; readonly name?: string; readonly isKernel?: true};
};

export type TracedVictim = {
  readonly kind: 'memory-victim';
  readonly monotonicMs: number;
  readonly target: number;
  readonly anonymousBytes?: number;
};

export type TracedLoss = {readonly kind: 'lost'};

const header = /^\s*(.*)-(\d+)\s+\[\d+\]\s+\S+\s+(\d+\.\d+): (signal_generate|mark_victim): (.*)$/;
const signalFields = /^sig=(\d+) errno=-?\d+ code=(-?\d+) comm=.* pid=(\d+) grp=\d+ res=(\d+)$/;
/** Kernels before 6.10 tell the pid and nothing more. */
const victimFields = /^pid=(\d+)(?: comm=.* total-vm=\d+kB anon-rss=(\d+)kB .*)?$/;
const lossLine = /^CPU:\d+ \[LOST \d+ EVENTS\]$/;

/** Shown where the kernel has no name for a pid any more. */
const noName = '<...>';

/** TRACE_SIGNAL_DELIVERED and TRACE_SIGNAL_ALREADY_PENDING (include/trace/events/signal.h); the others never arrived. */
const arrived: ReadonlySet<string | undefined> = new Set(['0', '2']);

/** Undefined for a line that is neither, or that was cut. */
export function parseTraceLine(line: string): TracedSignal | TracedVictim | TracedLoss | undefined {
  if (lossLine.test(line)) return {kind: 'lost'};
  const [, name = noName, pid, seconds, event, fields = ''] = header.exec(line) ?? [];
  if (pid === undefined || seconds === undefined) return undefined;

  const monotonicMs = Number(seconds) * 1000;
  if (event === 'mark_victim') {
    const [, target, kilobytes] = victimFields.exec(fields) ?? [];
    if (target === undefined) return undefined;
    const anonymousBytes = kilobytes === undefined ? {} : {anonymousBytes: Number(kilobytes) * 1024};
    return {kind: 'memory-victim', monotonicMs, target: Number(target), ...anonymousBytes};
  }

  const [, number, code, target, result] = signalFields.exec(fields) ?? [];
  const signal = signalName(Number(number));
  if (signal === undefined || !arrived.has(result)) return undefined;
  const shown = stripControls(name).trim();
  return {
    kind: 'signal',
    monotonicMs,
    signal,
    target: Number(target),
    sender: {
      pid: Number(pid),
      ...(shown !== noName && shown !== '' && {name: shown}),
      // Positive codes are the kernel's own, which kill(2) and its like cannot set (sigaction(2), si_code).
      ...(Number(code) > 0 && {isKernel: true as const}),
    },
  };
}
