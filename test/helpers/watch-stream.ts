import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import type {Account} from './accounts.js';
import {waitFor} from './fault-wait.js';
import {withTracing} from './with-tracing.js';

/** A verdict as a line of the stream. Only what the fault suite judges is named; the whole shape is in watch-contract.ts. */
export type RestartLine = {
  readonly type: 'restart';
  readonly id: string;
  readonly revision: number;
  readonly at: string;
  readonly worker: {
    readonly pid: number;
    readonly exit?: {readonly code: number} | {readonly signal: string; readonly core?: boolean};
  };
  readonly replacement?: {readonly pid: number};
  readonly branch: string;
  readonly cause: string;
  readonly variant?: string;
  readonly during?: string;
  readonly confidence: string;
  readonly expected?: boolean;
  readonly summary: string;
  readonly request?: {readonly method?: string; readonly path?: string};
  readonly lost?: {readonly inFlight?: number};
  readonly evidence: readonly {readonly fact: string; readonly supports?: string; readonly contradicts?: string}[];
  readonly questions: readonly {readonly id: string; readonly verdict: string; readonly answer: string}[];
};

export type SampleLine = {
  readonly type: 'sample';
  readonly at: string;
  readonly workers: readonly {readonly pid: number; readonly state: string}[];
};

export type OtherLine =
  | {readonly type: 'attached'; readonly at: string; readonly master: {readonly pid: number}}
  | {readonly type: 'master'; readonly at: string; readonly event: string; readonly pid: number}
  | {readonly type: 'missed'; readonly at: string; readonly count: number}
  | {readonly type: 'pattern'; readonly at: string; readonly pattern: string; readonly restarts: number}
  | {readonly type: 'detached'; readonly at: string; readonly why: string};

/** One line of the stream: as it came, when it came (wall clock, milliseconds), and read as JSON where that was possible. */
export type WatchLine = {
  readonly text: string;
  readonly receivedMs: number;
  readonly value?: RestartLine | SampleLine | OtherLine;
};

export type WatchEnd = {readonly code: number | null; readonly signal: string | null};

/** A running `gunspect watch --json`. */
export type WatchStream = {
  readonly pid: number;
  readonly startedMs: number;
  readonly lines: () => readonly WatchLine[];
  /** All restart lines so far, every revision, in the order of arrival. */
  readonly restarts: () => readonly RestartLine[];
  readonly standardError: () => string;
  /** Resolves with the first restart line that fits. Throws after the deadline with everything the stream has said. */
  readonly waitForRestart: (
    what: string,
    fits: (line: RestartLine) => boolean,
    deadlineMs: number,
  ) => Promise<RestartLine>;
  /** Ends it as a supervisor does, with SIGTERM, and resolves with its exit. A second call gives the same. */
  readonly stop: () => Promise<WatchEnd>;
};

/** gunspect did not attach: its own fault, and not that of whoever started it. The message holds what it said. */
export class NotAttached extends Error {}

/** The program under test: the built one of this repository, or the one that GUNSPECT_CLI names. */
export const program = process.env.GUNSPECT_CLI ?? 'dist/cli.js';

/** Starts `gunspect watch TARGET --json` and resolves once it says `attached`. */
export function startWatch(target: number | string, ...flags: readonly string[]): Promise<WatchStream> {
  return startWatchAs(undefined, target, ...flags);
}

/** The same as another user, which only root can start. */
export async function startWatchAs(
  account: Account | undefined,
  target: number | string,
  ...flags: readonly string[]
): Promise<WatchStream> {
  const startedMs = Date.now();
  const command = [process.execPath, program, 'watch', String(target), '--json', ...flags];
  const [file, ...parameters] = account ? command : withTracing(command);
  const child = spawn(file!, parameters, {stdio: ['ignore', 'pipe', 'pipe'], ...account});
  const lines: WatchLine[] = [];
  let standardError = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (standardError += chunk));
  createInterface({input: child.stdout}).on('line', (text) => {
    lines.push(readWatchLine(text, Date.now()));
  });
  const ended = once(child, 'close').then(([code, signal]): WatchEnd => ({code, signal}));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const said = () => `It said:\n${lines.map((line) => line.text).join('\n')}\n${standardError}`;
  const restarts = () => lines.flatMap(({value}) => (value?.type === 'restart' ? [value] : []));
  async function stop(): Promise<WatchEnd> {
    if (!hasEnded()) {
      child.kill('SIGTERM');
    }

    const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
    const end = await ended;
    clearTimeout(killer);
    return end;
  }

  function throwIfEnded(): void {
    if (hasEnded()) {
      throw new Error(`gunspect watch ended by itself with ${child.exitCode ?? child.signalCode}. ${said()}`);
    }
  }

  const stream: WatchStream = {
    pid: child.pid!,
    startedMs,
    lines: () => lines,
    restarts,
    standardError: () => standardError,
    waitForRestart: (what, fits, deadlineMs) =>
      waitFor(
        what,
        deadlineMs,
        () => {
          const found = restarts().find((line) => fits(line));
          if (found === undefined) {
            throwIfEnded();
          }

          return found;
        },
        said,
      ),
    stop,
  };

  try {
    await waitFor(
      'gunspect watch to attach',
      20_000,
      () => {
        const attached = lines.some(({value}) => value?.type === 'attached');
        if (!attached) {
          throwIfEnded();
        }

        return attached;
      },
      said,
    );
    return stream;
  } catch (error) {
    await stop();
    throw new NotAttached(String(error), {cause: error});
  }
}

/** A line as it came, read where it can be. */
export function readWatchLine(text: string, receivedMs: number): WatchLine {
  const value = read(text);
  return {text, receivedMs, ...(value === undefined ? {} : {value})};
}

function read(text: string): WatchLine['value'] {
  try {
    return JSON.parse(text) as WatchLine['value'];
  } catch {
    return undefined;
  }
}
