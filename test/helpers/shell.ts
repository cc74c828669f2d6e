/** A job-control shell on a real terminal: what a person has left when a program on it has ended. */
import {openTerminal, type Terminal} from './terminal.js';

export type Shell = Terminal & {
  /** Types a command line and return. */
  readonly run: (line: string) => void;
  /** Runs `command` and resolves with its exit code, once the shell has the terminal again with the settings of before. */
  readonly ran: (command: string, meanwhile: () => Promise<void>) => Promise<number>;
};

/** Whoever opens one must close it, also after a failure. */
export async function openShell(size: {readonly columns: number; readonly rows: number}): Promise<Shell> {
  // Without line editing, which would turn modes of the terminal on and off by itself.
  const terminal = openTerminal('bash', ['--norc', '--noprofile', '--noediting', '-i'], {
    ...size,
    env: {PS1: '', PROMPT_COMMAND: '', HISTFILE: ''},
  });
  const run = (line: string) => terminal.type(`${line}\r`);
  run('PS1="\\$ "; settings=$(stty -g); echo rea""dy');
  await terminal.until('the prompt', (screen) => /^ready$/m.test(screen));
  let count = 0;
  return {
    ...terminal,
    run,
    async ran(command, meanwhile) {
      count += 1;
      // The quotes keep what is typed apart from what is printed.
      run(`${command}; echo en""d ${count} code $? $([ "$settings" = "$(stty -g)" ] && echo as before || stty -a)`);
      await meanwhile();
      const end = new RegExp(`^(?:[$#] )?end ${count} code (\\d+) as before$`, 'm');
      const screen = await terminal.until(`the end of ${command}`, (text) => end.test(text));
      return Number(end.exec(screen)?.[1]);
    },
  };
}
