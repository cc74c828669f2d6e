import type {WriteStream} from 'node:tty';

/**
 * Lets writes to a terminal wait in memory instead of holding up the process, as they do with a pipe. Node writes to
 * terminals synchronously: one that nobody reads, over a connection that stands still, would stop all watching, and
 * signals with it. Whoever calls this must look at `writableLength` and write no more than the reader takes.
 */
export function unblock(stream: WriteStream): void {
  if (!stream.isTTY) {
    return;
  }
  // No public way leads there (node's lib/tty.js turns blocking on with this very call).
  const handle: unknown = Reflect.get(stream, '_handle');
  (handle as {setBlocking?: (isBlocking: boolean) => void} | null | undefined)?.setBlocking?.(false);
}
