import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {onTestFinished} from 'vitest';
import {waitFor} from '../helpers/fault-wait.js';

/** The built program. */
export const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A place for a demo's folder that no other has, by which whatever the demo starts can be told. */
export type DemoPlace = {
  readonly env: NodeJS.ProcessEnv;
  /** What lies in it now. */
  readonly folders: () => readonly string[];
  /** The pids of all processes that were started for it, whoever their parent is. */
  readonly processes: () => readonly number[];
};

/** Makes a place, and removes it when the test has finished. */
export function demoPlace(): DemoPlace {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-test-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  const mark = `TMPDIR=${folder}\0`;
  return {
    env: {...process.env, TMPDIR: folder},
    folders: () => readdirSync(folder).map((name) => path.join(folder, name)),
    processes: () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark))
        .map(Number),
  };
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

export type DemoRun = {
  readonly pid: number;
  readonly standardOutput: () => string;
  readonly standardError: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves with the match as soon as the output has one. */
  readonly says: (pattern: RegExp) => Promise<RegExpMatchArray>;
  /** Resolves with the exit code, or with the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
};

/** Runs the built demo without a terminal. */
export function runDemo(place: DemoPlace, ...args: readonly string[]): DemoRun {
  const child = spawn(process.execPath, [program, 'demo', ...args], {
    env: place.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return {
    pid: child.pid!,
    standardOutput: () => output,
    standardError: () => errors,
    signal: (name) => child.kill(name),
    says: (pattern) =>
      waitFor(
        `the demo to say ${pattern}`,
        40_000,
        () => output.match(pattern) ?? undefined,
        () => output + errors,
      ),
    ended: once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals),
  };
}
