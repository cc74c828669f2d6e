import {stripControls} from '../gunicorn/redact.js';
import type {SourceId, SourceState} from '../source-state.js';
import {now} from '../sensors/clock.js';
import type {FoundMaster} from '../sensors/masters.js';
import {machineSensors} from '../session/sensors.js';
import {sourceWords, stateWords} from '../view/source-words.js';

/** A master, and how every source of evidence about it stands. */
export type MasterSources = {readonly master: FoundMaster; readonly sources: readonly SourceState[]};

const nothingLeftOut: ReadonlySet<SourceId> = new Set();

/** Opens every source about each master, memory included, reads it once and lets it go. */
export async function readableSources(masters: readonly FoundMaster[]): Promise<readonly MasterSources[]> {
  const all: MasterSources[] = [];
  for (const master of masters) {
    const sampler = machineSensors(nothingLeftOut).open(master, now(), undefined);
    try {
      // oxlint-disable-next-line no-await-in-loop -- all at once, each would be read by a thread of its own
      await sampler.ready?.();
      all.push({master, sources: sampler.attached(String(master.id.pid), now()).sources});
    } finally {
      sampler.closeAll();
    }
  }
  return all;
}

/** The longest id, `control-socket`, and two blanks. */
const idWidth = 16;
/** The longest state in words, and two blanks. */
const stateWidth = 20;

/** One line for each source that is readable, what it tells; below the others what stands in the way, and what would unlock it. */
export function sourceLines({master, sources}: MasterSources): readonly string[] {
  const beside = ' '.repeat(2 + idWidth);
  const lines = sources.flatMap(({id, state, why, unlock}) => [
    `  ${id.padEnd(idWidth)}${stateWords[state].padEnd(stateWidth)}${sourceWords[id]}`,
    ...(why === undefined ? [] : [`${beside}because ${why}`]),
    ...(unlock === undefined ? [] : [`${beside}to unlock: ${unlock}`]),
  ]);
  return [`${master.id.pid} ${master.commandLine}`, ...lines].map((line) => stripControls(line));
}
