/**
 * How a process ended: between the raw status of wait(2), the words of gunicorn's log, and the words we show.
 *
 * Numbers are those of Linux on x86 and ARM (signal(7)); a container's worker has the same ones.
 */
import type {ExitStatus} from '../observation.js';

const names = [
  'SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM',
  'SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO',
  'SIGPWR SIGSYS',
]
  .join(' ')
  .split(' ');

const numbers: ReadonlyMap<string, number> = new Map([
  ...names.map((name, index) => [name, index + 1] as const),
  ['SIGIOT', 6],
  ['SIGPOLL', 29],
  ['SIGCLD', 17],
]);

const firstRealtime = 34;
const lastSignal = 64;

/** "SIGKILL" for 9, "SIGRTMIN+1" for 35; undefined for what is no signal. */
export function signalName(number: number): string | undefined {
  if (number >= firstRealtime && number <= lastSignal && Number.isInteger(number)) {
    return number === firstRealtime ? 'SIGRTMIN' : `SIGRTMIN+${number - firstRealtime}`;
  }

  return names[number - 1];
}

/** 9 for "SIGKILL" or "kill", in any case; undefined for an unknown name. */
export function signalNumber(name: string): number | undefined {
  const upper = name.toUpperCase();
  const full = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  const realtime = /^SIGRTMIN(?:\+(\d{1,2}))?$/.exec(full);
  if (realtime !== null) {
    const number = firstRealtime + Number(realtime[1] ?? 0);
    return number <= lastSignal ? number : undefined;
  }

  return numbers.get(full);
}

/**
 * The raw status of wait(2), as `/proc/<pid>/stat` field 52 and PIDFD_GET_INFO give it: the low seven bits are the
 * signal, 0x80 says that a core was dumped, the next byte is the exit code. Undefined for what no ended process has.
 */
export function exitStatusOf(waitStatus: number): ExitStatus | undefined {
  if (!Number.isInteger(waitStatus) || waitStatus < 0 || waitStatus > 0xff_ff) return undefined;

  const number = waitStatus & 0x7f;
  if (number === 0) return (waitStatus & 0x80) === 0 ? {code: waitStatus >> 8} : undefined;

  const signal = signalName(number);
  return signal === undefined || waitStatus > 0xff ? undefined : {signal, core: (waitStatus & 0x80) !== 0};
}

/** The inverse of `exitStatusOf`; undefined for a code outside 0…255 or an unknown signal. */
export function waitStatusOf(exit: ExitStatus): number | undefined {
  if ('code' in exit)
    return Number.isInteger(exit.code) && exit.code >= 0 && exit.code <= 0xff ? exit.code << 8 : undefined;

  const number = signalNumber(exit.signal);
  return number === undefined ? undefined : number | (exit.core ? 0x80 : 0);
}

/**
 * What gunicorn names between "was sent" and "!": a signal's name, "signal 9", or "code 139". The last is the raw wait
 * status, which gunicorn 21 to 23 prints when a core was dumped: 139 is SIGSEGV (11) with 0x80 (arbiter.py 23.0:541).
 */
export function exitStatusFromLog(said: string): ExitStatus | undefined {
  const numbered = /^(signal|code) (\d{1,5})$/.exec(said);
  if (numbered !== null) {
    const exit = exitStatusOf(Number(numbered[2]));
    return exit !== undefined && 'signal' in exit ? exit : undefined;
  }

  const number = signalNumber(said);
  const signal = number === undefined ? undefined : signalName(number);
  return signal === undefined ? undefined : {signal, core: false};
}

/** "exit code 3", "SIGSEGV", "SIGSEGV (core dumped)". */
export function describeExit(exit: ExitStatus): string {
  if ('code' in exit) return `exit code ${exit.code}`;

  return exit.core ? `${exit.signal} (core dumped)` : exit.signal;
}
