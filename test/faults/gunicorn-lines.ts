import {constants} from 'node:os';
import type {Target} from './fault.js';

/** Patterns of the lines that gunicorn itself writes about a worker, each for one pid and the version at hand. */

export function saysTimeout(pid: number): RegExp {
  return new RegExp(`\\[CRITICAL\\] WORKER TIMEOUT \\(pid:${pid}\\)`);
}

export function saysExiting(pid: number): RegExp {
  return new RegExp(`\\[INFO\\] Worker exiting \\(pid: ${pid}\\)`);
}

/** 20.1 gives the number, 21 and newer the name; with a core dumped 21 to 23 print the raw status instead. */
export function saysSignal(target: Target, pid: number, signal: NodeJS.Signals, core = false): RegExp {
  if (target.major < 21) {
    return new RegExp(`Worker with pid ${pid} was terminated due to signal ${constants.signals[signal]}\\b`);
  }

  const name = core && target.major < 24 ? `code ${128 + constants.signals[signal]}` : signal;
  const hint = signal === 'SIGKILL' ? ' Perhaps out of memory\\?' : '';
  return new RegExp(`Worker \\(pid:${pid}\\) was sent ${name}!${hint}`);
}

/** 20.1 says nothing about exit codes. */
export function saysCode(target: Target, pid: number, code: number): readonly RegExp[] {
  return target.major < 21 ? [] : [new RegExp(`Worker \\(pid:${pid}\\) exited with code ${code}\\b`)];
}
