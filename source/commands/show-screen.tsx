/**
 * The live screen: one session, one store of frames, one Ink application, and the terminal as it was on every end.
 *
 * Signals are heard by whoever made the invocation's signal; here they only unmount. Suspending hands the terminal
 * back first, because a shell cannot use it in raw mode and on the alternate screen.
 */
import process from 'node:process';
import {useEffect} from 'react';
import {render, useApp, useInput} from 'ink';
import type {Session} from '../session/session.js';
import {App} from '../view/app.js';
import {createFrameStore} from '../view/frame-store.js';
import type {Invocation} from './command.js';
import {throwIfRefused} from './attach.js';
import {screenOptions} from './screen-options.js';
import {sessionSummary} from './session-summary.js';

/** Fast enough for a key to feel immediate, slow enough for a line over SSH. */
const maxFps = 12;

/** Stops this process as the terminal's suspend key does; returns when it was continued. */
function stopProcess(onStop: () => void): void {
  // With its default effect, which the kernel leaves out where no shell is there that could continue us.
  process.off('SIGTSTP', onStop);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', onStop);
}

/** Hears the suspend key and its signal, and draws nothing. */
function Suspender() {
  const {suspendTerminal} = useApp();
  useInput((input, key) => {
    if (key.ctrl && input === 'z') {
      // To the whole group: a shell waits for npm or npx too, when they started us.
      process.kill(0, 'SIGTSTP');
    }
  });
  useEffect(() => {
    const onStop = () => {
      void suspendTerminal(() => stopProcess(onStop));
    };
    process.on('SIGTSTP', onStop);
    return () => {
      process.off('SIGTSTP', onStop);
    };
  }, [suspendTerminal]);
  return null;
}

/** Shows the session until the user, a signal or the session ends it. Rejects with our own bugs, the terminal restored. */
export async function showScreen(session: Session, {options, io, signal}: Invocation): Promise<void> {
  const startedAtMs = Date.now();
  const store = createFrameStore({snapshot: session.snapshot(), nowMs: startedAtMs});
  session.onTick(({redraw, at}) => {
    if (redraw) {
      store.publish({snapshot: session.snapshot(), nowMs: at.wallMs});
    }
  });
  const quit = new AbortController();
  const ending = AbortSignal.any([signal, quit.signal]);
  const screen = render(
    <>
      <App store={store} options={screenOptions(options)} />
      <Suspender />
    </>,
    {
      ...io,
      alternateScreen: true,
      incrementalRendering: true,
      interactive: true,
      patchConsole: false,
      maxFps,
    },
  );
  const leave = () => screen.unmount();
  ending.addEventListener('abort', leave, {once: true});
  const left = screen.waitUntilExit().finally(() => quit.abort());
  const end = await session.run(ending).finally(leave);
  await left;
  throwIfRefused(end);
  io.stdout.write(`${sessionSummary(session.snapshot(), Date.now() - startedAtMs)}\n`);
}
