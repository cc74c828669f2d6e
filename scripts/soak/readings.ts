import {existsSync, readFileSync} from 'node:fs';
import type {Terminal} from '../../test/helpers/terminal.js';
import {processCost, type ProcessCost} from '../bench/process-cost.js';

/** What the screen used and wrote in one minute. */
export type Reading = ProcessCost & {
  /** Live heap of its main thread after a collection; absent before the first. */
  readonly heapMegabytes: number | undefined;
  readonly bytesPerRedraw: number;
  readonly redraws: number;
  /** How often the whole screen was erased, and how often the cursor was shown. */
  readonly erased: number;
  readonly cursorShown: number;
};

/** Counts what is written to a terminal; the result gives what it was since the last call, with what the process used. */
export function readEachMinute(screen: Terminal, heapFile: string): () => Reading {
  const counts = {redraws: 0, erased: 0, cursorShown: 0};
  const {parser} = screen.emulator;
  parser.registerCsiHandler({final: 'J'}, ([what]) => {
    if (what === 2 || what === 3) counts.erased++;
    return false;
  });
  // DEC private modes: 25 shows the cursor, and each redraw ends by giving up 2026.
  parser.registerCsiHandler({prefix: '?', final: 'h'}, ([mode]) => {
    if (mode === 25) counts.cursorShown++;
    return false;
  });
  parser.registerCsiHandler({prefix: '?', final: 'l'}, ([mode]) => {
    if (mode === 2026) counts.redraws++;
    return false;
  });

  let bytes = screen.bytesWritten();
  let cost = processCost(screen.pid);
  return () => {
    const {redraws, erased, cursorShown} = counts;
    const written = screen.bytesWritten() - bytes;
    const used = cost();
    Object.assign(counts, {redraws: 0, erased: 0, cursorShown: 0});
    bytes += written;
    cost = processCost(screen.pid);
    return {
      ...used,
      heapMegabytes: existsSync(heapFile) ? Number(readFileSync(heapFile, 'utf8')) / 2 ** 20 : undefined,
      bytesPerRedraw: written / Math.max(1, redraws),
      redraws,
      erased,
      cursorShown,
    };
  };
}
