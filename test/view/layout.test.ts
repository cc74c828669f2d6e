import {expect, test} from 'vitest';
import {layoutOf, type Layout, type Wanted} from '../../source/view/layout.js';

const storm: Wanted = {header: 2, headline: 3, workers: 5, restarts: 7, card: () => 12};
const quiet: Wanted = {header: 1, headline: 1, workers: 4, restarts: 0, card: () => 0};

function screen(layout: Layout): Extract<Layout, {kind: 'screen'}> {
  if (layout.kind !== 'screen') {
    throw new Error('The layout is too small.');
  }
  return layout;
}

test('60×15 is the smallest screen: three workers, two restarts, a cause with its why', () => {
  expect(layoutOf(59, 15, storm)).toEqual({kind: 'too-small'});
  expect(layoutOf(60, 14, storm)).toEqual({kind: 'too-small'});
  expect(screen(layoutOf(60, 15, storm))).toMatchObject({
    header: 1,
    headline: 2,
    gap: 0,
    workers: 3,
    list: {height: 2},
    card: {height: 3, beside: false},
  });
});

test('80×24 has room for a why in two lines and four questions', () => {
  expect(screen(layoutOf(80, 24, storm))).toMatchObject({header: 2, workers: 5, list: {height: 3}, card: {height: 7}});
});

test('the answers stand beside the list from 100 columns on', () => {
  expect(screen(layoutOf(99, 40, storm)).card).toMatchObject({beside: false, width: 99});
  const {list, card} = screen(layoutOf(100, 40, storm));
  expect(card).toMatchObject({beside: true, height: list.height + 1});
  expect(list.width + 3 + card.width).toBe(100);
});

test('without a restart the workers get what they want and the list is as wide as the terminal', () => {
  expect(screen(layoutOf(120, 24, {...quiet, workers: 64}))).toMatchObject({
    workers: 13,
    list: {width: 120, height: 2},
    card: {height: 0},
  });
});

test('many workers leave the restarts their least', () => {
  const {workers, list, card} = screen(layoutOf(80, 24, {...storm, workers: 200}));
  expect(workers).toBeGreaterThanOrEqual(3);
  expect(list.height).toBeGreaterThanOrEqual(2);
  expect(card.height).toBeGreaterThanOrEqual(7);
});

test('nothing moves when a restart comes in or a worker dies, once there is one', () => {
  for (const [columns, rows] of [
    [60, 15],
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const) {
    const tables = [1, 2, 3, 7, 40].flatMap((restarts) =>
      [7, 12, 25].map(
        (cardLines) =>
          screen(layoutOf(columns, rows, {...storm, workers: 32, restarts, card: () => cardLines})).workers,
      ),
    );
    expect(new Set(tables).size).toBe(1);
  }
});

test('the headline has the lines that it may come to need, so that nothing moves when its sentence grows', () => {
  for (const [columns, rows] of [
    [60, 15],
    [60, 40],
    [80, 24],
    [80, 50],
  ] as const) {
    const heights = [2, 3].map((headline) => screen(layoutOf(columns, rows, {...storm, headline})).headline);
    expect(new Set(heights).size).toBe(1);
  }
});

test('a tall screen keeps lines for the workers that died in the last seconds', () => {
  expect(screen(layoutOf(120, 29, storm)).workers).toBe(5);
  expect(screen(layoutOf(120, 30, storm)).workers).toBe(8);
  expect(screen(layoutOf(120, 30, {...storm, workers: 1})).workers).toBe(2);
});

test('what one region does not want the others get', () => {
  const {workers, list, card} = screen(layoutOf(80, 60, {...storm, restarts: 40}));
  expect(workers).toBe(8);
  expect(card.height).toBe(12);
  expect(list.height).toBe(25);
});
