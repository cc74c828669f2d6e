import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';
import {useLayoutEffect} from 'react';
import {useApp, useInput} from 'ink';
import {keyNames} from '../view/key-names.js';
import {flushed} from './line-writer.js';
import type {TerminalMouse} from './terminal-mouse.js';

/** Stops this process as the terminal's suspend key does; returns when it was continued. */
function stopProcess(onStop: () => void): void {
  // With its default effect, which the kernel leaves out where no shell is there that could continue us.
  process.off('SIGTSTP', onStop);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', onStop);
}

/** Longer than one turn of the event loop, in which all pending signals are heard. */
const signalsArriveMs = 20;

type SuspendTerminal = ReturnType<typeof useApp>['suspendTerminal'];

/** Hears SIGTSTP and SIGCONT until the result is called. */
function listen(suspendTerminal: SuspendTerminal, mouse: TerminalMouse): () => void {
  let isHandedOver = false;
  let didStop = false;
  const handOver = async (meanwhile: () => void | Promise<void>) => {
    if (isHandedOver) {
      return;
    }
    isHandedOver = true;
    mouse.lend();
    try {
      await suspendTerminal(meanwhile);
    } finally {
      mouse.takeBack();
      isHandedOver = false;
    }
  };
  const onStop = () => {
    void handOver(async () => {
      await flushed(process.stdout);
      didStop = true;
      stopProcess(onStop);
      // The signal that ended a stopped program arrives now, before the terminal is taken again for nothing; in the
      // background that would stop us once more.
      await pause(signalsArriveMs);
    });
  };
  const onContinue = () => {
    if (didStop) {
      didStop = false;
      return;
    }
    // Stopped by SIGSTOP, which nobody hears: the shell has set the terminal its own way meanwhile.
    void handOver(() => undefined);
  };
  process.on('SIGTSTP', onStop);
  process.on('SIGCONT', onContinue);
  return () => {
    process.off('SIGTSTP', onStop);
    process.off('SIGCONT', onContinue);
  };
}

/**
 * Hands the terminal back while the process is stopped, by ctrl-z or by a signal, and draws the screen again after it.
 * It draws nothing itself.
 */
export function Suspender({mouse}: {readonly mouse: TerminalMouse}) {
  const {suspendTerminal} = useApp();
  useInput((input, key) => {
    if (keyNames(input, key).includes('ctrl-z')) {
      // To the whole group: a shell waits for npm or npx too, when they started us.
      process.kill(0, 'SIGTSTP');
    }
  });
  // Before the first picture is left standing: an effect would come later, and a stop before it would leave it there.
  useLayoutEffect(() => listen(suspendTerminal, mouse), [suspendTerminal, mouse]);
  return null;
}
