import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink-testing-library';
import {afterEach, expect, test} from 'vitest';
import {emptyLine, span, type Line} from '../../source/view/line.js';
import {Lines} from '../../source/view/lines.js';
import {themes} from '../../source/view/theme.js';

const lines: readonly Line[] = [[span('PID', 'quiet'), span('  9121')], emptyLine, [span('▸ ███', 'bad')]];
const look = {theme: themes.mono, ascii: false};
let unmount = () => {};

afterEach(() => {
  unmount();
});

function show(element: Parameters<typeof render>[0]) {
  const {lastFrame, rerender, ...shown} = render(element);
  unmount = shown.unmount;
  return {rerender, lastFrame: () => stripVTControlCharacters(lastFrame() ?? '')};
}

test('every line is one row, the empty one too', () => {
  expect(show(<Lines lines={lines} width={20} {...look} />).lastFrame()).toBe('PID  9121\n\n▸ ███');
});

test('a region keeps its height with fewer and with more lines', () => {
  const {lastFrame, rerender} = show(<Lines lines={lines} width={20} height={4} {...look} />);
  expect(lastFrame().split('\n')).toHaveLength(4);
  rerender(<Lines lines={lines} width={20} height={2} {...look} />);
  expect(lastFrame()).toBe('PID  9121\n');
});

test('a changed span is drawn, also where only one of many rows changed', () => {
  const {lastFrame, rerender} = show(<Lines lines={lines} width={20} {...look} />);
  rerender(<Lines lines={[[span('PID', 'quiet'), span('  9122')], ...lines.slice(1)]} width={20} {...look} />);
  expect(lastFrame()).toContain('9122');
});

test('in ASCII the glyphs are replaced column by column', () => {
  expect(show(<Lines lines={lines} width={20} theme={themes.mono} ascii />).lastFrame()).toContain('> ###');
});
