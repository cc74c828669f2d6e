import {setTimeout as pause} from 'node:timers/promises';

const lookAgainMs = 20;

/**
 * Waits until `look` returns something other than `undefined` or false, and returns it. Looks every 20 ms: for facts
 * that no event announces, such as a file's content or a process that is gone. Throws when `deadlineMs` have passed,
 * with `what` in the message and, where given, the text of `context` behind it.
 */
export async function waitFor<T>(
  what: string,
  deadlineMs: number,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  context?: () => string,
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) {
      return found;
    }

    if (performance.now() > endMs) {
      const details = context ? `\n${context()}` : '';
      throw new Error(`Waited ${deadlineMs} ms in vain for ${what}.${details}`);
    }

    await pause(lookAgainMs);
  }
}
