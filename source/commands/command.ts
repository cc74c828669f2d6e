import type {ReadStream, WriteStream} from 'node:tty';
import type {ExitCode} from './command-error.js';
import type {FlagName} from './flags.js';
import type {Options} from './options.js';

/** The three standard streams; `isTTY` is true where one is a terminal. */
export type Io = {readonly stdin: ReadStream; readonly stdout: WriteStream; readonly stderr: WriteStream};

/** One run of one command. */
export type Invocation = {
  /** The target as it was typed; absent for "any". */
  readonly target?: string;
  /** The command that was perhaps meant when there is no such target. */
  readonly slipOf?: string;
  readonly options: Options;
  /** Aborts on SIGINT, SIGTERM, SIGHUP and when standard output cannot be written any more; the reason is a sentence. */
  readonly signal: AbortSignal;
  readonly io: Io;
};

/** A command: one row of the table. */
export type Command = {
  /** What is typed; the live screen has no name. */
  readonly name?: string;
  readonly takesTarget: boolean;
  /** How the help names what it takes, when that is no target. */
  readonly operand?: string;
  readonly summary: string;
  readonly flags: readonly FlagName[];
  /** Resolves with the exit code. Throws a `CommandError` for what the user can change; anything else is our bug. */
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
};
