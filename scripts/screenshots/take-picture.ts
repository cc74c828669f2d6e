/** One picture: the screen as it stood at one moment of a recorded incident, as text and as SVG. */
import './colour-on.js';
import {fileURLToPath} from 'node:url';
import {beginInspection, observe, snapshotOf} from '../../source/inspection.js';
import type {Observation} from '../../source/observation.js';
import {recordingIn} from '../../source/recording/recording-input.js';
import type {Snapshot} from '../../source/snapshot.js';
import {showScreen} from '../../test/helpers/screen.js';
import type {Picture} from './pictures.js';
import {svgOf} from './svg.js';

const incidents = new URL('../../test/fixtures/incidents/', import.meta.url);

export async function takePicture(picture: Picture): Promise<{readonly text: string; readonly svg: string}> {
  const {columns, rows, keys = [], colour = true} = picture;
  const snapshot = await snapshotAt(picture);
  const screen = showScreen({snapshot, nowMs: snapshot.at.wallMs}, {columns, rows}, {colour});
  try {
    await screen.until((lines) => lines[0]?.includes('gunspect') === true);
    for (const key of keys) {
      const before = screen.lines().join('\n');
      screen.press(key);
      await screen.until((lines) => lines.join('\n') !== before);
    }
    return {text: `${screen.lines().join('\n')}\n`, svg: svgOf(screen.terminal)};
  } finally {
    screen.close();
  }
}

async function snapshotAt({incident, beforeEnd = 0}: Picture): Promise<Snapshot> {
  const recorded: Observation[] = [];
  let target = '';
  const input = recordingIn(fileURLToPath(new URL(`${incident}.ndjson.gz`, incidents)));
  for await (const item of input.items) {
    if (item.kind === 'header') target = item.header.target;
    if (item.kind === 'observation') recorded.push(item.observation);
  }
  const endMs = (recorded.at(-1)?.at.monotonicMs ?? 0) - beforeEnd * 1000;
  let inspection = beginInspection(target);
  for (const observation of recorded) {
    if (observation.at.monotonicMs <= endMs) ({inspection} = observe(inspection, observation));
  }
  return snapshotOf(inspection);
}
