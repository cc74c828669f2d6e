/** What ends a command: 1 is our own bug, 2 wrong usage or nothing to attach to, 3 not permitted to read anything useful. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Something the user can do something about: what happened, and the next step, each one sentence without its full stop. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly nextStep?: string,
    readonly exitCode: ExitCode = 2,
  ) {
    super(message);
  }

  /** The one line for standard error. */
  get line(): string {
    return `gunspect: ${this.nextStep === undefined ? this.message : `${this.message}; ${this.nextStep}`}`;
  }
}
