/**
 * The one way out of the process, for cases in which Node's own way out goes wrong: when it exits it sets the
 * terminal back, which aborts it with a core file where the terminal has gone, and stops it where it is not in the
 * foreground (`ResetStdio` in its node.cc, `uv_tty_reset_mode` in libuv).
 */
import {closeSync, openSync, readFileSync} from 'node:fs';
import process from 'node:process';
import {isatty} from 'node:tty';
import {isThreadHeld} from '../peek/peek-thread.js';
import type {ExitCode} from './command-error.js';

const standardStreams = [0, 1, 2] as const;
const terminals = standardStreams.filter((fd) => isatty(fd));

let hasTaken = false;

/** To be called before the terminal's mode is changed: from then on Node sets it back when it exits. */
export function takeTerminal(): void {
  hasTaken = true;
}

/** Whether another process group has our terminal: fields 5 and 8 of `/proc/self/stat`, pgrp and tpgid (proc_pid_stat(5)). */
function isInBackground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return foreground !== '-1' && group !== foreground;
  } catch {
    return false;
  }
}

/** Ends the process with this code; by SIGTERM where it was killed while it was stopped. */
export function exit(code: ExitCode): never {
  if (hasTaken && isInBackground()) {
    // The shell got its terminal back when we were stopped.
    process.removeAllListeners('SIGTERM');
    process.kill(process.pid, 'SIGTERM');
  }
  for (const fd of terminals.filter((terminal) => !isatty(terminal))) {
    closeSync(fd);
    // The lowest free descriptor is the next to be given out, this one; what is another file by now is left alone.
    openSync('/dev/null', 'r+');
  }
  if (isThreadHeld()) {
    // `process.exit` waits for its threads, and this one may never come back.
    process.emit('exit', code);
    (process as typeof process & {readonly reallyExit: (code: number) => never}).reallyExit(code);
  }
  process.exit(code);
}
