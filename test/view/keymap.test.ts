import {expect, test} from 'vitest';
import {commandOf, keymap} from '../../source/view/keymap.js';
import {lineText} from '../../source/view/line.js';
import {helpLines} from '../../source/view/regions/help-overlay.js';

test('no key has two meanings and no command has two rows', () => {
  const keys = keymap.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const commands = keymap.map((binding) => binding.command);
  expect(new Set(commands).size).toBe(commands.length);
});

test('every key leads to its command', () => {
  for (const {keys, command} of keymap) {
    for (const key of keys) {
      expect(commandOf(key)).toBe(command);
    }
  }
  expect(commandOf('escapee')).toBeUndefined();
});

test('the help names every key of the table, and needs no wide terminal', () => {
  const help = helpLines(60).map((line) => lineText(line));
  for (const {written} of keymap) {
    expect(help.some((line) => line.startsWith(` ${written} `))).toBe(true);
  }
  expect(Math.max(...help.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('there are no Alt bindings', () => {
  expect(keymap.flatMap((binding) => binding.keys).filter((key) => /alt|meta/u.test(key))).toEqual([]);
});
