import {setTimeout as sleep} from 'node:timers/promises';
import type {GunicornServer} from '../../test/helpers/gunicorn-server.js';
import {hearsKeys, program} from '../../test/helpers/live-screen.js';
import {openTerminal} from '../../test/helpers/terminal.js';
import {processCost, type ProcessCost} from './process-cost.js';

export type LiveCost = ProcessCost & {
  /** To the terminal. */
  readonly kilobytesPerSecond: number;
};

/** What the live screen costs over `seconds` on a real terminal of that size, after a warm-up. */
export async function liveCost(
  server: GunicornServer,
  size: {readonly columns: number; readonly rows: number},
  seconds: number,
): Promise<LiveCost> {
  const screen = openTerminal(process.execPath, [program, String(server.pid)], size);
  try {
    await screen.until('the workers', (text) => hearsKeys(screen) && text.includes(' PID '));
    await sleep(10_000);
    const startBytes = screen.bytesWritten();
    const used = processCost(screen.pid);
    await sleep(seconds * 1000);
    const kilobytesPerSecond = (screen.bytesWritten() - startBytes) / seconds / 1000;
    return {...used(), kilobytesPerSecond};
  } finally {
    screen.close();
    await screen.ended;
  }
}
