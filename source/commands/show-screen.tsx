/**
 * The live screen: one session, one store of frames, one Ink application, and the terminal as it was on every end.
 *
 * Signals are heard by whoever made the invocation's signal; here they only unmount. Suspending hands the terminal
 * back first, because a shell cannot use it in raw mode and on the alternate screen.
 */
import {render} from 'ink';
import type {Session} from '../session/session.js';
import {App} from '../view/app.js';
import {createFrameStore} from '../view/frame-store.js';
import type {Invocation} from './command.js';
import {throwIfRefused} from './attach.js';
import {screenOptions} from './screen-options.js';
import {Suspender} from './suspender.js';
import {sessionSummary} from './session-summary.js';

/** Fast enough for a key to feel immediate, slow enough for a line over SSH. */
const maxFps = 12;

/**
 * Shows the session until the user, a signal or the session ends it; `notice` is a line above it. Rejects with our own
 * bugs, the terminal restored.
 */
export async function showScreen(session: Session, {options, io, signal}: Invocation, notice?: string): Promise<void> {
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
      <App store={store} options={{...screenOptions(options), ...(notice !== undefined && {notice})}} />
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
  const [end] = await Promise.all([session.run(ending).finally(leave), left]);
  throwIfRefused(end);
  io.stdout.write(`${sessionSummary(session.snapshot(), Date.now() - startedAtMs)}\n`);
}
