import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {wrapCommand} from '../../../source/view/regions/step-lines.js';

test('a command that fits stays in one line', () => {
  expect(wrapCommand('py-spy dump --pid 9122', 40)).toEqual(['py-spy dump --pid 9122']);
});

test('a long command is broken between its words, and still runs when it is copied', () => {
  const command = `printf '%s|' one 'two three' "four five" six $(printf 'a%s' b)`;
  const lines = wrapCommand(command, 24);
  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(24);
  expect(execFileSync('sh', ['-c', lines.join('\n      ')]).toString()).toBe('one|two three|four five|six|ab|');
});

test('a quoted text is never broken, and one that is too wide is seen to be cut', () => {
  expect(wrapCommand(`grep -F '${'x '.repeat(30)}' log`, 20).some((line) => line.endsWith('…'))).toBe(true);
});
