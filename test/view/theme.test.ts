import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {colourTheme, monoTheme, themeFor} from '../../source/view/theme.js';

test('the theme without colour names no colour, and both know every tone', () => {
  expect(Object.keys(monoTheme)).toEqual(Object.keys(colourTheme));
  expect(JSON.stringify(monoTheme)).not.toContain('color"');
  expect(themeFor(true)).toBe(colourTheme);
  expect(themeFor(false)).toBe(monoTheme);
});

test('no colour is named outside of the theme', async () => {
  const room = path.join(import.meta.dirname, '../../source/view');
  const files = (await readdir(room, {recursive: true})).filter((file) => /\.tsx?$/u.test(file));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files.filter((name) => name !== 'theme.ts')) {
    const text = await readFile(path.join(room, file), 'utf8');
    expect.soft(text, file).not.toMatch(/\b(?:color|backgroundColor|dimColor|bold|inverse)[:=]/u);
  }
});
