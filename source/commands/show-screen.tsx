/**
 * The live screen: one session, one store of frames, one Ink application, and the terminal as it was on every end.
 *
 * Signals are heard by whoever made the invocation's signal; here they only unmount. Suspending hands the terminal
 * back first, because a shell cannot use it in raw mode and on the alternate screen.
 */
import {render} from 'ink';
import type {Moment} from '../observation.js';
import type {Watched} from '../session/session.js';
import {App} from '../view/app.js';
import {createFrameStore, type Frame} from '../view/frame-store.js';
import type {Invocation} from './command.js';
import {afterResize} from './after-resize.js';
import {throwIfRefused} from './attach.js';
import {takeTerminal} from './exit.js';
import {screenOptions} from './screen-options.js';
import {Suspender} from './suspender.js';
import {sessionSummary} from './session-summary.js';

/** Fast enough for a key to feel immediate, slow enough for a line over SSH. */
const maxFps = 12;

/** Cursor to the first column of the first row, and everything erased from there on (ECMA-48 CUP, ED). */
const homeAndErase = '\u001B[H\u001B[J';

/** While the first master is waited for, what is known is known now: nothing, and it does not grow old. */
function frameOf(session: Watched, at: Moment, notice: string | undefined): Frame {
  const snapshot = session.snapshot();
  return {
    snapshot: session.attached ? snapshot : {...snapshot, at},
    nowMs: at.wallMs,
    ...(notice !== undefined && {notice}),
  };
}

/**
 * Shows the session until the user, a signal or the session ends it; `notice` is a line above it, asked for at every
 * redraw. Rejects with our own
 * bugs, the terminal restored.
 */
export async function showScreen(
  session: Watched,
  {options, io, signal}: Invocation,
  notice: () => string | undefined = () => undefined,
): Promise<void> {
  const startedAtMs = Date.now();
  const store = createFrameStore(frameOf(session, {wallMs: startedAtMs, monotonicMs: 0}, notice()));
  session.onTick(({redraw, at}) => {
    if (redraw) {
      store.publish(frameOf(session, at, notice()));
    }
  });
  const quit = new AbortController();
  const ending = AbortSignal.any([signal, quit.signal]);
  // Before the first frame, which then shows the workers already.
  const running = session.run(ending);
  takeTerminal();
  const picture = (
    <>
      <App store={store} options={screenOptions(options)} />
      <Suspender />
    </>
  );
  const screen = render(picture, {
    ...io,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    patchConsole: false,
    maxFps,
  });
  const stopRedrawing = afterResize(io.stdout, () => {
    io.stdout.write(homeAndErase);
    // Ink writes a whole frame again after it was told that there is none.
    screen.clear();
    screen.rerender(picture);
  });
  const leave = () => {
    stopRedrawing();
    screen.unmount();
  };
  ending.addEventListener('abort', leave, {once: true});
  const left = screen.waitUntilExit().finally(() => quit.abort());
  const [end] = await Promise.all([running.finally(leave), left]);
  throwIfRefused(end);
  io.stdout.write(`${sessionSummary(session.snapshot(), session.watchedMs ?? Date.now() - startedAtMs)}\n`);
}
