import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {themeFor, themeNames, themes} from '../../source/view/theme.js';

test('every theme knows every tone, and the one without colour names none', () => {
  for (const theme of Object.values(themes)) {
    expect(Object.keys(theme)).toEqual(Object.keys(themes.dark));
  }
  expect(JSON.stringify(themes.mono)).not.toContain('color"');
});

test('without colour there is one theme, whatever was asked for', () => {
  for (const name of themeNames) {
    expect(themeFor(true, name)).toBe(themes[name]);
    expect(themeFor(false, name)).toBe(themes.mono);
  }
});

test('the theme for the colour-blind uses neither red nor green, and that for white no yellow and no cyan', () => {
  expect(JSON.stringify(themes['colour-blind'])).not.toMatch(/red|green/);
  expect(JSON.stringify(themes.light)).not.toMatch(/yellow|cyan/);
});

test('in no theme does what is bad look like what is good, or like any other word', () => {
  for (const theme of Object.values(themes)) {
    expect(theme.bad).not.toEqual(theme.good);
    expect(theme['label-bad']).not.toEqual(theme['label-good']);
    expect(theme.bad).not.toEqual({});
  }
});

test('no colour is named outside of the theme', async () => {
  const room = path.join(import.meta.dirname, '../../source/view');
  const files = (await readdir(room, {recursive: true})).filter((file) => /\.tsx?$/u.test(file));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files.filter((name) => name !== 'theme.ts')) {
    const text = await readFile(path.join(room, file), 'utf8');
    expect.soft(text, file).not.toMatch(/\b(?:color|backgroundColor|dimColor|bold|inverse|underline)[:=]/u);
  }
});
