import {expect, test} from 'vitest';
import {span} from '../../source/view/line.js';
import {painted} from '../../source/view/paint.js';
import {themes} from '../../source/view/theme.js';

const line = [span('PID ', 'quiet'), span('9121 '), span('stuck', 'label-bad'), span('', 'bad')];

test('a text has the attributes of its tone around it, each ended again, and one without a tone has none', () => {
  expect(painted(line, themes.dark)).toBe(
    '\u001B[2mPID \u001B[22m9121 \u001B[7m\u001B[1m\u001B[31mstuck\u001B[39m\u001B[22m\u001B[27m',
  );
});

test('each theme paints in its own way, the one without colour by weight and inverse alone', () => {
  expect(painted([span('stuck', 'bad')], themes.mono)).toBe('\u001B[1mstuck\u001B[22m');
  expect(painted([span('stuck', 'bad')], themes['colour-blind'])).toBe(
    '\u001B[4m\u001B[1m\u001B[33mstuck\u001B[39m\u001B[22m\u001B[24m',
  );
  expect(painted([span('idle', 'good')], themes.mono)).toBe('idle');
});
