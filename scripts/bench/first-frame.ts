import {performance} from 'node:perf_hooks';
import type {GunicornServer} from '../../test/helpers/gunicorn-server.js';
import {program} from '../../test/helpers/live-screen.js';
import {openTerminal} from '../../test/helpers/terminal.js';

/** How long it takes from the start of the program to a screen that shows workers, milliseconds, each of `runs` times. */
export async function firstFrames(server: GunicornServer, runs: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startMs = performance.now();
    const screen = openTerminal(process.execPath, [program, String(server.pid)], {columns: 120, rows: 40});
    try {
      // oxlint-disable-next-line no-await-in-loop -- two at once would share the processor
      await screen.until('the workers', (text) => text.includes(' PID ') && text.includes('waiting'));
      times.push(performance.now() - startMs);
    } finally {
      screen.close();
      // oxlint-disable-next-line no-await-in-loop
      await screen.ended;
    }
  }
  return times;
}
