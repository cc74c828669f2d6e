/**
 * A terminal in memory: Ink draws the screen to a stream that feeds a real terminal emulator, and a frame is what a
 * person would see on it. Waits for a frame, never for a time.
 */
import {PassThrough, Writable} from 'node:stream';
import xterm from '@xterm/headless';
import {render} from 'ink';
import type {ReactElement} from 'react';
import {App} from '../../source/view/app.js';
import {createFrameStore, type Frame} from '../../source/view/frame-store.js';
import type {ScreenDeeds} from '../../source/view/screen-deeds.js';
import type {ScreenOptions} from '../../source/view/screen-options.js';

export type TestScreen = {
  /** The rows on the terminal without blanks at their ends. Throws when there is nothing on it. */
  readonly lines: () => readonly string[];
  /** Resolves with the first frame for which `wanted` holds, and rejects with the frame that did not change into it. */
  readonly until: (wanted: (lines: readonly string[]) => boolean) => Promise<readonly string[]>;
  readonly press: (bytes: string) => void;
  /** Writes to the terminal behind the back of the app, as `wall` does. */
  readonly scribble: (bytes: string) => void;
  readonly publish: (frame: Frame) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Resolves when the app has ended by itself. */
  readonly ended: Promise<unknown>;
  readonly close: () => void;
  /** Bytes written so far. */
  readonly written: () => string;
  /** The emulator itself, for whoever draws its cells. */
  readonly terminal: xterm.Terminal;
};

class FakeStdout extends Writable {
  readonly isTTY = true;
  text = '';
  constructor(
    readonly terminal: xterm.Terminal,
    public columns: number,
    public rows: number,
    readonly drawn: () => void,
  ) {
    super({decodeStrings: false});
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    this.terminal.write(chunk, () => {
      this.drawn();
      done();
    });
  }
}

function fakeStdin() {
  return Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => {},
    ref: () => {},
    unref: () => {},
  });
}

const options: ScreenOptions = {colour: true, theme: 'dark', ascii: false, utc: true, localOffsetMinutes: 0};

/** Shows the live screen over `frame` on a terminal of the given size. */
export function showScreen(
  frame: Frame,
  size: {readonly columns: number; readonly rows: number},
  overrides: Partial<ScreenOptions> = {},
  deeds?: ScreenDeeds,
): TestScreen {
  const store = createFrameStore(frame);
  const screen = showElement(<App store={store} options={{...options, ...overrides}} {...(deeds && {deeds})} />, size);
  return {...screen, publish: store.publish};
}

function showElement(element: ReactElement, {columns, rows}: {readonly columns: number; readonly rows: number}) {
  const terminal = new xterm.Terminal({cols: columns, rows, convertEol: true, allowProposedApi: true});
  const waiting = new Set<() => void>();
  const stdout = new FakeStdout(terminal, columns, rows, () => {
    for (const check of waiting) {
      check();
    }
  });
  const stdin = fakeStdin();
  const app = render(element, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    patchConsole: false,
    exitOnCtrlC: false,
    maxFps: 1000,
  });
  const read = () => {
    const {active} = terminal.buffer;
    return Array.from(
      {length: terminal.rows},
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
  };
  return {
    lines: () => {
      const lines = read();
      if (lines.every((line) => line === '')) {
        throw new Error('The frame is empty.');
      }
      return lines;
    },
    until: (wanted: (lines: readonly string[]) => boolean) =>
      new Promise<readonly string[]>((resolve, reject) => {
        const deadline = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`The frame did not come. The terminal shows:\n${read().join('\n')}`));
        }, 10_000);
        const check = () => {
          const lines = read();
          if (lines.some((line) => line !== '') && wanted(lines)) {
            clearTimeout(deadline);
            waiting.delete(check);
            resolve(lines);
          }
        };
        waiting.add(check);
        check();
      }),
    press: (bytes: string) => {
      stdin.write(bytes);
    },
    scribble: (bytes: string) => {
      terminal.write(bytes, () => {
        for (const check of waiting) {
          check();
        }
      });
    },
    resize: (newColumns: number, newRows: number) => {
      stdout.columns = newColumns;
      stdout.rows = newRows;
      terminal.resize(newColumns, newRows);
      stdout.emit('resize');
    },
    ended: app.waitUntilExit(),
    close: () => {
      app.unmount();
      terminal.dispose();
    },
    written: () => stdout.text,
    terminal,
  };
}
