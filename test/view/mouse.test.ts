import {expect, test} from 'vitest';
import {mouseDone, mouseReportOf} from '../../source/view/mouse.js';

test('a press and the wheel are reported with their place, counted from 0', () => {
  expect(mouseReportOf('\u001B[<0;10;5M')).toEqual({kind: 'press', column: 9, row: 4});
  expect(mouseReportOf('\u001B[<64;1;1M')).toEqual({kind: 'wheel-up', column: 0, row: 0});
  expect(mouseReportOf('\u001B[<65;300;200M')).toEqual({kind: 'wheel-down', column: 299, row: 199});
});

test('shift, alt and control change nothing', () => {
  expect(mouseReportOf('\u001B[<4;10;5M')).toMatchObject({kind: 'press'});
  expect(mouseReportOf('\u001B[<89;10;5M')).toMatchObject({kind: 'wheel-down'});
});

test('a release, another button and a movement are of no interest', () => {
  expect(mouseReportOf('\u001B[<0;10;5m')).toBeUndefined();
  expect(mouseReportOf('\u001B[<2;10;5M')).toBeUndefined();
  expect(mouseReportOf('\u001B[<35;10;5M')).toBeUndefined();
});

test('keys are no reports', () => {
  for (const keys of ['', 'm', '[<0;10;5M', '\u001B[<', '\u001B[<0;10;5', '\u001B[<0;10;5MM', '\u001B[<0;-1;5M']) {
    expect(mouseReportOf(keys), keys).toBeUndefined();
  }
});

const places = {
  workers: {row: 6, height: 4, column: 0, width: 120},
  restarts: {row: 11, height: 9, column: 0, width: 50},
};

test('what was done is placed on a line of a pane, and on none beside, above and between them', () => {
  const at = (column: number, row: number) => mouseDone({kind: 'press', column, row}, places).at;
  expect(at(100, 6)).toEqual({pane: 'workers', line: 0});
  expect(at(0, 9)).toEqual({pane: 'workers', line: 3});
  expect(at(49, 19)).toEqual({pane: 'restarts', line: 8});
  for (const [column, row] of [
    [0, 5],
    [0, 10],
    [50, 12],
    [0, 20],
  ] as const)
    expect(at(column, row)).toBeUndefined();
});

test('under an overlay there is no pane', () => {
  expect(mouseDone({kind: 'wheel-up', column: 3, row: 7}, undefined)).toEqual({kind: 'wheel-up'});
});
