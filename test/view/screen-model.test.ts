import * as fc from 'fast-check';
import {expect, test} from 'vitest';
import {displaySnapshot} from '../../source/view/display-text.js';
import {lineText, lineWidth} from '../../source/view/line.js';
import {screenModel, type ScreenModel} from '../../source/view/screen-model.js';
import {createUiState, type Overlay} from '../../source/view/ui-state/ui-state.js';
import {selectedRestart} from '../../source/view/ui-state/selection.js';
import {nowMs} from '../helpers/snapshots/parts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';
import {anySize, anySnapshot} from './any-snapshot.js';

const ui = createUiState({utc: true});
const overlays: ReadonlyArray<Overlay | undefined> = [undefined, 'help', 'sources', 'restart', 'worker'];

function pictureOf(snapshot: typeof timeoutStorm) {
  return {snapshot: displaySnapshot(snapshot), nowMs, offsetMinutes: 0};
}

function screenOf(model: ScreenModel): Extract<ScreenModel, {kind: 'screen'}> {
  expect(model.kind).toBe('screen');
  return model as Extract<ScreenModel, {kind: 'screen'}>;
}

test('at any size no line is wider than its pane and the panes fill the terminal exactly', () => {
  fc.assert(
    fc.property(anySnapshot, anySize, fc.constantFrom(...overlays), (snapshot, size, overlay) => {
      const picture = pictureOf(snapshot);
      const chosen = {
        ...(snapshot.restarts[0] && {restartId: snapshot.restarts[0].id, workerId: snapshot.restarts[0].id}),
      };
      const state = overlay === undefined ? ui : {...ui, ...chosen, overlay};
      const {upper, list, card, footer} = screenOf(screenModel(picture, state, size));
      for (const line of [...upper, footer]) {
        expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
      }
      for (const pane of [list, card]) {
        expect(pane.lines.length).toBeLessThanOrEqual(pane.height);
        for (const line of pane.lines) {
          expect(lineWidth(line)).toBeLessThanOrEqual(pane.width);
        }
      }
      const lower = card.beside ? Math.max(list.height, card.height) : list.height + card.height;
      expect(upper.length + lower + 1).toBe(size.rows);
    }),
    {numRuns: 300},
  );
});

test('at any size the cause and the why of the selected restart are on the screen', () => {
  fc.assert(
    fc.property(anySnapshot, anySize, (snapshot, size) => {
      const picture = pictureOf(snapshot);
      const {list, card} = screenOf(screenModel(picture, ui, size));
      const selected = selectedRestart(picture.snapshot.restarts, undefined);
      const rows = list.lines.map((line) => lineText(line));
      const [title = [], why = []] = card.lines;
      expect(lineText(title)).toContain(selected?.cause.toUpperCase());
      expect(rows.some((row) => row.startsWith('▸') && row.includes(selected?.cause ?? ''))).toBe(true);
      expect(lineText(why).trim()).not.toBe('');
    }),
    {numRuns: 300},
  );
});

test('under 60×15 one line says what is needed', () => {
  for (const size of [
    {columns: 59, rows: 40},
    {columns: 200, rows: 14},
  ]) {
    const model = screenModel(pictureOf(timeoutStorm), ui, size);
    expect(model).toMatchObject({kind: 'too-small'});
    expect(model.kind === 'too-small' && lineText(model.line)).toBe(
      `gunspect needs 60×15, this is ${size.columns}×${size.rows}`,
    );
  }
});

test('drawing leaves the snapshot untouched', () => {
  const before = structuredClone(timeoutStorm);
  screenModel(pictureOf(timeoutStorm), ui, {columns: 120, rows: 40});
  expect(timeoutStorm).toEqual(before);
});
