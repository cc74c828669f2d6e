/**
 * A real terminal: a pseudo terminal with a program on it, and an emulator that shows what a person would see.
 *
 * It waits for what stands on the screen, never for a time; a deadline fails with the screen as it was.
 */
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type TerminalEnd = {readonly exitCode: number; readonly signal: number};

export type Terminal = {
  readonly pid: number;
  /** The rows on the screen without blanks at their ends. */
  readonly lines: () => readonly string[];
  /** Resolves with the first screen for which `wanted` holds. */
  readonly until: (what: string, wanted: (screen: string) => boolean, deadlineMs?: number) => Promise<string>;
  /** Types these bytes, all in one write. */
  readonly type: (bytes: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Whether the alternate screen is shown: a program that ended must have left it. */
  readonly isAlternate: () => boolean;
  readonly isCursorHidden: () => boolean;
  /** How the program ended. */
  readonly ended: Promise<TerminalEnd>;
  readonly bytesWritten: () => number;
  readonly emulator: xterm.Terminal;
  /** Takes the terminal away, as a lost connection does: the program gets SIGHUP. */
  readonly hangUp: () => void;
  readonly close: () => void;
};

export type TerminalOptions = {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts a program on a terminal of its own. Whoever opens one must close it, also after a failure. */
export function openTerminal(
  file: string,
  args: readonly string[],
  {columns, rows, env = {}}: TerminalOptions,
): Terminal {
  const {CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...inherited} = process.env;
  const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 200});
  const program = spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: {...inherited, COLORTERM: 'truecolor', ...env} as Record<string, string>,
  });
  const waiting = new Set<() => void>();
  let bytes = 0;
  let hasEnded = false;
  const answers = emulator.onData((data) => {
    if (!hasEnded) program.write(data);
  });
  program.onData((data) => {
    bytes += Buffer.byteLength(data);
    emulator.write(data, () => {
      for (const check of waiting) check();
    });
  });
  const ended = new Promise<TerminalEnd>((resolve) => {
    program.onExit(({exitCode, signal = 0}) => {
      hasEnded = true;
      // What the program wrote last may still be on its way through the emulator.
      emulator.write('', () => resolve({exitCode, signal}));
    });
  });
  const lines = () => {
    const {active} = emulator.buffer;
    return Array.from(
      {length: emulator.rows},
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  };
  return {
    pid: program.pid,
    lines,
    until: (what, wanted, deadlineMs = 20_000) =>
      new Promise((resolve, reject) => {
        const deadline = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`Waited for ${what}. The terminal shows:\n${lines().join('\n')}`));
        }, deadlineMs);
        const check = () => {
          const screen = lines().join('\n');
          if (!wanted(screen)) return;
          clearTimeout(deadline);
          waiting.delete(check);
          resolve(screen);
        };
        waiting.add(check);
        check();
      }),
    type: (text) => program.write(text),
    resize: (newColumns, newRows) => {
      emulator.resize(newColumns, newRows);
      program.resize(newColumns, newRows);
    },
    isAlternate: () => emulator.buffer.active.type === 'alternate',
    isCursorHidden: () => !isCursorShown(emulator),
    ended,
    bytesWritten: () => bytes,
    emulator,
    hangUp: () => program.kill('SIGHUP'),
    close: () => {
      answers.dispose();
      if (!hasEnded) program.kill('SIGKILL');
      emulator.dispose();
    },
  };
}

/** xterm tells the cursor's visibility only through its core service. */
function isCursorShown(emulator: xterm.Terminal): boolean {
  const core = (emulator as unknown as {readonly _core?: {readonly coreService?: {readonly isCursorHidden?: boolean}}})
    ._core;
  return core?.coreService?.isCursorHidden !== true;
}
