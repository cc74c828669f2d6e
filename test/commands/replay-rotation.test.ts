import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {Invocation} from '../../source/commands/command.js';
import {readOptions} from '../../source/commands/options.js';
import {startRecording} from '../../source/commands/record.js';
import type {Observation} from '../../source/observation.js';
import {recordingIn} from '../../source/recording/recording-input.js';
import type {Tick} from '../../source/session/session.js';
import {waitFor} from '../helpers/fault-wait.js';
import {attached, sample, worker} from '../recording/observed.js';

async function readAll(path: string): Promise<readonly Observation[]> {
  const observations: Observation[] = [];
  for await (const item of recordingIn(path).items) {
    if (item.kind === 'observation') observations.push(item.observation);
  }
  return observations;
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/** A tick of twenty busy workers whose figures do not compress well. */
function busyTick(index: number): Tick {
  const noise = (seed: number) => Math.floor(Math.abs(Math.sin(index * 97 + seed) * 1e9) % 1e8);
  const workers = Array.from({length: 20}, (_, pid) =>
    worker(pid, {cpuMs: noise(pid), rssBytes: noise(pid * 7 + 1), voluntarySwitches: noise(pid * 11 + 2)}),
  );
  const observation = index === 0 ? attached() : sample(index * 250, workers);
  return {at: observation.at, lateMs: 0, observations: [observation], happenings: [], redraw: false};
}

test.each(['long.ndjson', 'long.ndjson.gz'])(
  'a recording into %s never takes up more than its limit, and its two files are replayed as one',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'gunspect-rotation-'));
    onTestFinished(() => rmSync(folder, {recursive: true}));
    const path = join(folder, name);
    const limitBytes = 1_000_000;
    const listeners: ((tick: Tick) => void)[] = [];
    const troubles: string[] = [];
    const session = {
      onTick: (listener: (tick: Tick) => void) => {
        listeners.push(listener);
        return () => {
          listeners.length = 0;
        };
      },
    };
    const invocation = {options: readOptions({record: path, recordLimit: '1MB'})} as Invocation;
    const recording = await startRecording(session, '812', invocation, (sentence) => troubles.push(sentence));

    const sizes: number[] = [];
    for (let index = 0; index < 5000; index += 1) {
      for (const listener of listeners) listener(busyTick(index));
      if (index % 25 === 24) {
        // Ticks come four a second, and compressing them takes no time beside that.
        const before = sizes.at(-1) ?? 0;
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await waitFor('what was recorded to be written', 20_000, () => Math.abs(bytesIn(folder) - before) > 700);
        sizes.push(bytesIn(folder));
      }
    }
    await recording?.close();
    const observations = await readAll(path);

    expect(troubles).toEqual([]);
    expect(readdirSync(folder).toSorted()).toEqual([name, `${name}.1`]);
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
    expect(Math.max(...sizes)).toBeLessThan(limitBytes * 1.05);
    expect(Math.max(...sizes)).toBeGreaterThan(limitBytes * 0.8);
    // Both segments, the older one first, with nothing missing between them.
    const [first, ...rest] = observations;
    expect(first?.kind).toBe('attached');
    expect(rest).toEqual(
      Array.from({length: rest.length}, (_, index) => busyTick(5000 - rest.length + index).observations[0]),
    );
  },
  60_000,
);
