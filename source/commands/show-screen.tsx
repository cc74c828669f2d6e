/**
 * The live screen: one session, one store of frames, one Ink application, and the terminal as it was on every end.
 *
 * Signals are heard by whoever made the invocation's signal; here they only unmount. Suspending hands the terminal
 * back first, because a shell cannot use it in raw mode and on the alternate screen.
 */
import {env} from 'node:process';
import {useEffect} from 'react';
import {render} from 'ink';
import type {Moment} from '../observation.js';
import type {Watched} from '../session/session.js';
import {App} from '../view/app.js';
import {createFrameStore, type Frame} from '../view/frame-store.js';
import {keepFrame, type Timeline} from '../view/timeline.js';
import type {Invocation} from './command.js';
import {afterResize, askForSize} from './after-resize.js';
import {throwIfRefused} from './attach.js';
import {takeTerminal} from './exit.js';
import {screenDeeds} from './screen-deeds.js';
import {screenOptions} from './screen-options.js';
import {Suspender} from './suspender.js';
import {sessionSummary} from './session-summary.js';
import {terminalMouse} from './terminal-mouse.js';
import {unblock} from './unblock.js';

/** Of the pictures that were, one a second is kept (timeline.ts). */
const keepEveryMs = 1000;

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

/** A terminal that takes nothing any more is not waited for longer than this. */
const patienceMs = 1000;

function patienceWith(ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    ending.addEventListener('abort', () => setTimeout(resolve, patienceMs).unref(), {once: true});
  });
}

/** A target that answers slowly, or is not there yet, is not waited for longer than this. */
const firstFrameWithinMs = 400;

/** Resolves when there is something to draw, or no time to wait for it any longer. */
async function firstTick(session: Watched, running: Promise<unknown>): Promise<void> {
  if (session.attached) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, firstFrameWithinMs);
    const stop = session.onTick(done);
    function done(): void {
      clearTimeout(timer);
      stop();
      resolve();
    }
    // Its error is told where the session's end is waited for.
    running.then(done, done);
  });
}

/** Says at once that the screen is left: Ink's own word comes when the terminal has taken everything. */
function Leaving({onLeave}: {readonly onLeave: () => void}) {
  useEffect(() => onLeave, [onLeave]);
  return null;
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
  unblock(io.stdout);
  // Ink shows the cursor there once more when the process exits.
  unblock(io.stderr);
  let isDue = false;
  let past: Timeline = [];
  let keptMs = Number.NEGATIVE_INFINITY;
  session.onTick(({redraw, at}) => {
    isDue ||= redraw;
    // A replay may run faster than it is drawn, and a terminal may be behind: what was, is kept all the same.
    const isToKeep = redraw || Math.abs(at.wallMs - keptMs) >= keepEveryMs;
    // A terminal that is behind gets the newest frame when it has caught up, and none between.
    const isToShow = isDue && io.stdout.writableLength === 0;
    if (!isToKeep && !isToShow) {
      return;
    }
    const frame = frameOf(session, at, notice());
    if (isToKeep && session.attached) {
      past = keepFrame(past, frame);
      keptMs = at.wallMs;
    }
    if (isToShow) {
      isDue = false;
      askForSize(io.stdout);
      store.publish({...frame, past});
    }
  });
  const quit = new AbortController();
  const ending = AbortSignal.any([signal, quit.signal]);
  // Before the first frame, which then shows the workers already.
  const running = session.run(ending);
  await firstTick(session, running);
  takeTerminal();
  const write = (bytes: string) => io.stdout.write(bytes);
  const mouse = terminalMouse(io.stdin, write);
  const deeds = {
    ...screenDeeds({environment: env, write}),
    mouse,
    attend: (workerId: string | undefined) => session.attend?.(workerId),
  };
  const onLeave = () => quit.abort();
  const picture = (
    <>
      <App store={store} options={screenOptions(options)} deeds={deeds} />
      <Suspender mouse={mouse} />
      <Leaving onLeave={onLeave} />
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
  const [end] = await Promise.all([running.finally(leave), Promise.race([left, patienceWith(ending)])]);
  throwIfRefused(end);
  io.stdout.write(`${sessionSummary(session.snapshot(), session.watchedMs ?? Date.now() - startedAtMs)}\n`);
}
