/**
 * Recognises gunicorn by its command line, for where nothing better is readable.
 */

export type GunicornCommand = {
  /** What the title of setproctitle says; a command line alone is the same for master and worker. */
  readonly role: 'master' | 'worker' | 'dirty-arbiter' | 'dirty-worker' | 'master-or-worker';
  readonly how: 'title' | 'console-script' | 'module';
  /** The name in the title's brackets: `--name`, else the application. */
  readonly titleName?: string;
  /** Gunicorn's own arguments; absent where the title replaced them. */
  readonly args?: readonly string[];
};

/** Undefined when this is not gunicorn started as itself; an embedded server never is recognised this way. */
export function recogniseGunicorn(_argv: readonly string[]): GunicornCommand | undefined {
  return undefined;
}

/** The command line as one line to show: secrets masked, control characters stripped, cut to 300 characters. */
export function shownCommandLine(argv: readonly string[]): string {
  return argv.join(' ');
}
