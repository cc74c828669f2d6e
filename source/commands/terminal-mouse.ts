/**
 * The mouse of the terminal. However the program ends or stops, the terminal has it back.
 *
 * Ink throws the reports of a mouse away before anybody hears them. So they are taken out of what it reads.
 */
import process from 'node:process';
import {mouseReportOf, mouseUnwanted, mouseWanted, type MouseReport} from '../view/mouse.js';

export type TerminalMouse = {
  /** Has the terminal report its mouse until the result is called. One listener at a time. */
  readonly listen: (listener: (report: MouseReport) => void) => () => void;
  /** Leaves it to the terminal while a shell has that, and takes it again, where it was wanted. */
  readonly lend: () => void;
  readonly takeBack: () => void;
};

/** The stream that keys are read from: in the encoding that Ink sets, as texts. */
type Input = {read: (size?: number) => unknown};

// oxlint-disable-next-line no-control-regex -- a report begins with an escape
const report = /\u001B\[<[\d;]{5,16}[Mm]/g;

export function terminalMouse(stdin: Input, write: (bytes: string) => void): TerminalMouse {
  let isOn = false;
  const giveBack = (): void => write(mouseUnwanted);
  return {
    listen: (listener) => {
      const {read} = stdin;
      stdin.read = (size) => {
        const chunk = read.call(stdin, size);
        if (typeof chunk !== 'string') return chunk;
        for (const [text] of chunk.matchAll(report)) {
          const told = mouseReportOf(text);
          if (told) listener(told);
        }
        // One that two reads share goes on to Ink, and is lost.
        return chunk.replaceAll(report, '');
      };
      isOn = true;
      write(mouseWanted);
      process.once('exit', giveBack);
      return () => {
        isOn = false;
        stdin.read = read;
        giveBack();
        process.off('exit', giveBack);
      };
    },
    lend: () => {
      if (isOn) giveBack();
    },
    takeBack: () => {
      if (isOn) write(mouseWanted);
    },
  };
}
