import {CommandError} from './command-error.js';
import type {Io} from './command.js';

/** Ends a run: its signal aborts once. The reason is a sentence, or a `CommandError` when the end is a failure. */
export type Ending = {
  readonly signal: AbortSignal;
  readonly end: (why: string) => void;
};

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends the run on SIGINT, SIGTERM, SIGHUP and when standard output or a terminal fails. The second signal has its default effect, so
 * that a run which does not end can still be ended.
 */
export function listenForEnding({stdin, stdout, stderr}: Io, process: NodeJS.Process): Ending {
  const controller = new AbortController();
  const listeners = endingSignals.map((name) => ({name, listener: () => onSignal(name)}));
  function dispose() {
    for (const {name, listener} of listeners) {
      process.off(name, listener);
    }
  }
  // The listeners stay after the first signal: Ink's own, when it is alone, ends the process at once.
  function onSignal(name: NodeJS.Signals) {
    if (controller.signal.aborted) {
      dispose();
      process.kill(process.pid, name);
    }
    controller.abort(name);
  }
  const onOutputError = ({code}: NodeJS.ErrnoException) => {
    // A hang-up closes the terminal before its signal arrives; both mean that nobody reads any more.
    const isClosed = code === 'EPIPE' || code === 'EIO';
    controller.abort(
      isClosed ? 'standard output was closed' : new CommandError(`standard output failed: ${code ?? 'unknown error'}`),
    );
  };
  // Never removed: an unheard error of a stream ends the process with a stack trace.
  stdout.on('error', onOutputError);
  stderr.on('error', () => undefined);
  // Only the live screen reads, from a terminal; one that cannot be read any more has gone.
  stdin.on('error', () => controller.abort('standard input was closed'));
  for (const {name, listener} of listeners) {
    process.on(name, listener);
  }
  return {signal: controller.signal, end: (why) => controller.abort(why)};
}

/** The signal's reason, as a sentence. */
export function reasonOf(signal: AbortSignal): string {
  return typeof signal.reason === 'string' ? signal.reason : 'ended';
}
