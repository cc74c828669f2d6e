/** What ends a command: 1 is our own bug, 2 wrong usage or nothing to attach to, 3 not permitted to read anything useful. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Something the user can do something about: what happened, and the next step, which together make one sentence. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly nextStep?: string,
    readonly exitCode: ExitCode = 2,
  ) {
    super(message);
  }

  /** What standard error says: one line, or more when the next step is a choice. */
  get line(): string {
    const sentence = this.nextStep === undefined ? this.message : `${this.message}; ${this.nextStep}`;
    return `gunspect: ${/[.?]$|\n/.test(sentence) ? sentence : `${sentence}.`}`;
  }
}
