/**
 * A real terminal: a pseudo terminal with a program on it, and an emulator that shows what a person would see.
 *
 * It waits for what stands on the screen, never for a time; a deadline fails with the screen as it was.
 */
import {spawn, type IPty} from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type TerminalEnd = {readonly exitCode: number; readonly signal: number};

export type Terminal = {
  readonly pid: number;
  /** The rows on the screen without blanks at their ends. */
  readonly lines: () => readonly string[];
  /** Resolves with the first whole screen for which `wanted` holds; rejects when the program ends before. */
  readonly until: (what: string, wanted: (screen: string) => boolean, deadlineMs?: number) => Promise<string>;
  /** Calls `look` with every whole screen from now on; the result ends that. */
  readonly watch: (look: (lines: readonly string[]) => void) => () => void;
  /** Types these bytes, all in one write. */
  readonly type: (bytes: string) => void;
  /** Writes to the terminal behind the back of the program, as `wall` does. */
  readonly scribble: (bytes: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly isAlternate: () => boolean;
  /** What a program must give back: none of it may be left when it has ended. */
  readonly taken: () => {
    readonly alternateScreen: boolean;
    readonly hiddenCursor: boolean;
    readonly bracketedPaste: boolean;
    readonly mouse: boolean;
  };
  /** How the program ended. */
  readonly ended: Promise<TerminalEnd>;
  readonly bytesWritten: () => number;
  readonly emulator: xterm.Terminal;
  /** Takes the terminal away, as a lost connection does: reads and writes fail, and the kernel sends SIGHUP. */
  readonly hangUp: () => void;
  readonly close: () => void;
};

/** What `taken` says of a terminal that was given back. */
export const nothingTaken = {alternateScreen: false, hiddenCursor: false, bracketedPaste: false, mouse: false};

export type TerminalOptions = {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the program runs; here when absent. */
  readonly cwd?: string;
};

/** Starts a program on a terminal of its own. Whoever opens one must close it, also after a failure. */
export function openTerminal(
  file: string,
  args: readonly string[],
  {columns, rows, env = {}, cwd}: TerminalOptions,
): Terminal {
  const {CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...inherited} = process.env;
  const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 200});
  const program = spawn(file, [...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    ...(cwd !== undefined && {cwd}),
    env: {...inherited, COLORTERM: 'truecolor', ...env},
  });
  readToTheEnd(program);
  const lookers = new Set<() => void>();
  let bytes = 0;
  let hasEnded = false;
  const answers = emulator.onData((data) => {
    if (!hasEnded) program.write(data);
  });
  const draw = (data: string) => {
    emulator.write(data, () => {
      // Between these two marks a frame is being drawn (DEC mode 2026): nobody would see it as it is.
      if (emulator.modes.synchronizedOutputMode) return;
      for (const look of lookers) look();
    });
  };
  program.onData((data) => {
    bytes += Buffer.byteLength(data);
    draw(data);
  });
  const ended = new Promise<TerminalEnd>((resolve) => {
    program.onExit(({exitCode, signal = 0}) => {
      hasEnded = true;
      // What the program wrote last may still be on its way through the emulator.
      emulator.write('', () => {
        resolve({exitCode, signal});
        for (const look of lookers) look();
      });
    });
  });
  const lines = () => {
    const {active} = emulator.buffer;
    return Array.from(
      {length: emulator.rows},
      // The emulator keeps what a wider terminal showed beyond its edge; nobody sees that.
      (_, row) => (active.getLine(active.viewportY + row)?.translateToString(true, 0, emulator.cols) ?? '').trimEnd(),
    );
  };
  const isAlternate = () => emulator.buffer.active.type === 'alternate';
  return {
    pid: program.pid,
    lines,
    until: (what, wanted, deadlineMs = 20_000) =>
      new Promise((resolve, reject) => {
        const done = () => {
          clearTimeout(deadline);
          lookers.delete(look);
        };
        const fail = (why: string) => {
          done();
          reject(new Error(`Waited for ${what}${why}. The terminal shows:\n${lines().join('\n')}`));
        };
        const deadline = setTimeout(() => fail(''), deadlineMs);
        const look = () => {
          const screen = lines().join('\n');
          if (wanted(screen)) {
            done();
            resolve(screen);
          } else if (hasEnded) {
            fail(', and the program has ended');
          }
        };
        lookers.add(look);
        look();
      }),
    watch: (look) => {
      const lookAtLines = () => look(lines());
      lookers.add(lookAtLines);
      return () => {
        lookers.delete(lookAtLines);
      };
    },
    type: (text) => program.write(text),
    scribble: draw,
    resize: (newColumns, newRows) => {
      emulator.resize(newColumns, newRows);
      program.resize(newColumns, newRows);
    },
    isAlternate,
    taken: () => ({
      alternateScreen: isAlternate(),
      hiddenCursor: isCursorHidden(emulator),
      bracketedPaste: emulator.modes.bracketedPasteMode,
      mouse: emulator.modes.mouseTrackingMode !== 'none',
    }),
    ended,
    bytesWritten: () => bytes,
    emulator,
    hangUp: () => (program as unknown as {destroy(): void}).destroy(),
    close: () => {
      answers.dispose();
      if (!hasEnded) program.kill('SIGKILL');
      emulator.dispose();
    },
  };
}

/**
 * node-pty gives up what a program wrote last when it was not read within 200 ms of its end (unixTerminal.js): on a
 * machine with much to do that is too soon.
 */
function readToTheEnd(program: IPty): void {
  const socket = Reflect.get(program, '_socket') as {destroy: () => unknown};
  const destroy = socket.destroy.bind(socket);
  socket.destroy = () => (Reflect.get(program, '_boundClose') === true ? setTimeout(destroy, 3000) : destroy());
}

/** xterm tells the cursor's visibility only through its core service. */
function isCursorHidden(emulator: xterm.Terminal): boolean {
  const core: unknown = Reflect.get(emulator, '_core');
  return (core as {readonly coreService?: {readonly isCursorHidden?: boolean}}).coreService?.isCursorHidden === true;
}
