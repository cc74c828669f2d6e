import type {WriteStream} from 'node:tty';

/** Longer than the pause between two sizes while a window is being dragged. */
const settledMs = 100;

/**
 * Calls `redraw` when a resized terminal has settled; the result ends that. A terminal moves, cuts and wraps what it
 * shows in its own way, and what was written for the old size may arrive after the new one: nothing that was drawn
 * before can be relied on.
 */
export function afterResize(stdout: WriteStream, redraw: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onResize = () => {
    clearTimeout(timer);
    timer = setTimeout(redraw, settledMs);
  };
  stdout.on('resize', onResize);
  return () => {
    clearTimeout(timer);
    stdout.off('resize', onResize);
  };
}

/**
 * Asks the terminal for its size, and lets a changed one be told as any other. Node asks only on SIGWINCH, and a
 * command under `su -c` never gets one: it runs in a session of its own, without a controlling terminal (su(1)).
 */
export function askForSize(stdout: WriteStream): void {
  // What Node itself calls then (lib/tty.js). Should it go, a resize is noticed on SIGWINCH only.
  const refresh: unknown = Reflect.get(stdout, '_refreshSize');
  if (typeof refresh === 'function') {
    Reflect.apply(refresh, stdout, []);
  }
}
