import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {jsonFormat} from '../../source/commands/event-format.js';
import {sampleEvent, streamLine} from '../../source/export/stream.js';
import {beginInspection, observe, snapshotOf} from '../../source/inspection.js';
import {recordingIn} from '../../source/recording/recording-input.js';
import {readWatchLine, type WatchLine} from '../helpers/watch-stream.js';
import type {Fault, Target} from './fault.js';
import {faultNamed} from './faults.js';
import {sightsOf, type Sight} from './sights.js';
import {nameOf} from './targets.js';
import type {Trial, Watched} from './trial.js';

/**
 * Trials on disk: what really happened, and a recording of what gunspect observed from each place. With them a changed
 * rule can be held against every fault again within seconds, and a rare mismatch be looked at as often as it needs.
 */

/** Where trials are kept; undefined where nobody asked for it. */
const folder = process.env.FAULTS_KEEP;

function pathOf(fault: Fault, target: Target, ...rest: readonly string[]): string {
  const words = [fault.id, nameOf(target), ...rest].map((word) => word.replaceAll(/[ ,]+/g, '-'));
  return join(resolve(folder ?? ''), words.join('_'));
}

/** The flags with which gunspect leaves its recording. Whoever it runs as may write there. */
export function recordingFlags(fault: Fault, target: Target, sight: Sight): readonly string[] {
  if (folder === undefined) {
    return [];
  }

  mkdirSync(folder, {recursive: true});
  chmodSync(folder, 0o1777);
  return ['--record', pathOf(fault, target, `${sight.id}.gz`)];
}

type Kept = Omit<Trial, 'fault' | 'watched'> & {
  readonly fault: string;
  readonly watched: readonly (Omit<Watched, 'sight' | 'lines'> & {readonly sight: string})[];
};

/** Writes down all of a trial but its streams, which the recordings bring forth again. */
export function keepTrial({fault, watched, ...trial}: Trial): void {
  if (folder !== undefined) {
    const kept: Kept = {
      ...trial,
      fault: fault.id,
      watched: watched.map(({sight, lines: _lines, ...rest}) => ({...rest, sight: sight.id})),
    };
    writeFileSync(pathOf(fault, trial.target, 'trial.json'), JSON.stringify(kept));
  }
}

/** All kept trials of the faults that are wanted, with the streams as the code at hand makes them out of the recordings. */
export async function keptTrials(wants: (fault: Fault) => boolean): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const name of readdirSync(folder ?? '.').filter((each) => each.endsWith('_trial.json'))) {
    const kept = JSON.parse(readFileSync(join(folder ?? '.', name), 'utf8')) as Kept;
    const fault = faultNamed(kept.fault);
    if (!wants(fault)) {
      continue;
    }

    try {
      trials.push({...kept, fault, watched: await watchedAgain(kept, fault)});
    } catch (error) {
      // A run that was broken off leaves recordings without an end.
      process.stderr.write(`${name} is left out: ${String(error)}\n`);
    }
  }

  return trials;
}

async function watchedAgain({target, watched}: Kept, fault: Fault): Promise<readonly Watched[]> {
  const again: Watched[] = [];
  for (const {sight: id, ...rest} of watched) {
    const sight = sightsOf(target).find((each) => each.id === id);
    if (sight !== undefined) {
      const lines = await linesOf(pathOf(fault, target, `${id}.gz`), rest.withSamples);
      again.push({...rest, sight, lines});
    }
  }

  return again;
}

async function linesOf(file: string, withSamples: boolean): Promise<readonly WatchLine[]> {
  let now = 0;
  const format = jsonFormat(() => now);
  const lines: string[] = [];
  let inspection = beginInspection('');
  for await (const item of recordingIn(file).items) {
    if (item.kind === 'header' && !item.goesOn) {
      inspection = beginInspection(item.header.target);
    } else if (item.kind === 'observation') {
      const {happenings, inspection: next} = observe(inspection, item.observation);
      inspection = next;
      now = item.observation.at.wallMs;
      lines.push(...happenings.map((happening) => format.happening(happening)));
      if (withSamples && item.observation.kind === 'sample') {
        lines.push(streamLine(sampleEvent(snapshotOf(inspection), item.observation.lateMs)));
      }
    }
  }

  return [...lines, format.detached(now, 'SIGTERM')].map((text) => readWatchLine(text.trimEnd(), now));
}
