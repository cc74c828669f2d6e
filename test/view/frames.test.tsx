import {expect, test} from 'vitest';
import {showScreen} from '../helpers/screen.js';
import {bootLoop} from '../helpers/snapshots/boot-loop.js';
import {recycleOnly, reloading} from '../helpers/snapshots/deliberate.js';
import {hostile, manyWorkers} from '../helpers/snapshots/extremes.js';
import {healthy} from '../helpers/snapshots/healthy.js';
import {unreadable, waitingForMaster} from '../helpers/snapshots/little-known.js';
import {frameOf} from '../helpers/snapshots/parts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';
import {screenWith} from './screen-with.js';

const scenes = {
  healthy,
  'timeout-storm': timeoutStorm,
  'boot-loop': bootLoop,
  reloading,
  'recycle-only': recycleOnly,
  'waiting-for-master': waitingForMaster,
  unreadable,
  'many-workers': manyWorkers,
  hostile,
};

const sizes = [
  {columns: 60, rows: 15},
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
  {columns: 200, rows: 60},
];

for (const [name, snapshot] of Object.entries(scenes)) {
  for (const size of sizes) {
    const {columns, rows} = size;
    test(`${name} at ${columns}×${rows} looks like frames/${name}-${columns}x${rows}.txt`, async () => {
      const screen = showScreen(frameOf(snapshot), size);
      const lines = await screen.until(() => true);
      screen.close();
      expect(lines).toHaveLength(rows);
      await expect(pageOf(lines)).toMatchFileSnapshot(`frames/${name}-${columns}x${rows}.txt`);
    });
  }
}

const opened: ReadonlyArray<readonly [name: string, keys: readonly string[], title: string]> = [
  ['help', ['?'], 'KEYS'],
  ['sources', ['e'], 'SOURCES OF EVIDENCE'],
  ['restart', ['\r'], 'THE FOUR QUESTIONS'],
  ['worker', ['\t', '\r'], 'WORKER 9100'],
  ['guide', ['d'], 'THE GUIDE'],
];

for (const [name, keys, title] of opened) {
  for (const size of name === 'restart' || name === 'guide' ? sizes : sizes.slice(1, 2)) {
    const file = `opened-${name}-${size.columns}x${size.rows}.txt`;
    test(`${name} opened over a timeout storm looks like frames/${file}`, async () => {
      const screen = showScreen(frameOf(timeoutStorm), size);
      for (const key of keys) {
        screen.press(key);
      }
      const lines = await screen.until(screenWith(title));
      screen.close();
      await expect(pageOf(lines)).toMatchFileSnapshot(`frames/${file}`);
    });
  }
}

/** A blank at the end of a row may have a tone, which no text shows. */
function pageOf(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

test('a timeout storm in ASCII looks like frames/timeout-storm-ascii-80x24.txt', async () => {
  const screen = showScreen(frameOf(timeoutStorm), {columns: 80, rows: 24}, {ascii: true});
  const lines = await screen.until(() => true);
  screen.close();
  expect(lines.join('')).toMatch(/^[ -~]+$/u);
  await expect(pageOf(lines)).toMatchFileSnapshot('frames/timeout-storm-ascii-80x24.txt');
});
