import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {pictures} from '../scripts/screenshots/pictures.js';
import {takePicture} from '../scripts/screenshots/take-picture.js';

test.each(pictures)('the picture $name is what the screen draws today', async (picture) => {
  const {text, svg} = await takePicture(picture);

  const hint = 'look at the difference, then run `npm run screenshots`';
  expect(readFileSync(`screenshots/${picture.name}.txt`, 'utf8'), hint).toBe(text);
  expect(readFileSync(`screenshots/${picture.name}.svg`, 'utf8') === svg, hint).toBe(true);
});

test('there is no picture that nothing draws any more', () => {
  const drawn = new Set(pictures.flatMap(({name}) => [`${name}.txt`, `${name}.svg`]));

  expect(existsSync('screenshots')).toBe(true);
  expect(readdirSync('screenshots').filter((file) => !drawn.has(file))).toEqual([]);
});
